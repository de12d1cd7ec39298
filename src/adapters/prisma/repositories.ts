import type { AgentRunRepository } from '../../ports/agent-run-repository.js';
import type { EventRepository } from '../../ports/event-repository.js';
import type { ProjectRepository } from '../../ports/project-repository.js';
import type { RadicleSessionRepository } from '../../ports/radicle-session-repository.js';
import type { WorkerRepository } from '../../ports/worker-repository.js';
import type { WorkflowRepository } from '../../ports/workflow-repository.js';
import type { WorkflowStepRepository } from '../../ports/workflow-step-repository.js';
import { createAgentRunRepository } from './agent-run-repository.js';
import type { Client } from './connect.js';
import { createEventRepository } from './event-repository.js';
import { createProjectRepository } from './project-repository.js';
import { createRadicleSessionRepository } from './radicle-session-repository.js';
import { createWorkerRepository } from './worker-repository.js';
import { createWorkflowRepository } from './workflow-repository.js';
import { createWorkflowStepRepository } from './workflow-step-repository.js';

/** All that is kept, by noun. */
export interface Repositories {
  readonly projects: ProjectRepository;
  readonly workflows: WorkflowRepository;
  readonly steps: WorkflowStepRepository;
  readonly agentRuns: AgentRunRepository;
  readonly sessions: RadicleSessionRepository;
  readonly events: EventRepository;
  readonly workers: WorkerRepository;
}

export function createRepositories(client: Client): Repositories {
  return {
    projects: createProjectRepository(client),
    workflows: createWorkflowRepository(client),
    steps: createWorkflowStepRepository(client),
    agentRuns: createAgentRunRepository(client),
    sessions: createRadicleSessionRepository(client),
    events: createEventRepository(client),
    workers: createWorkerRepository(client),
  };
}
