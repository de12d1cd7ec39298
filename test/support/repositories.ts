import type { AgentRunRepository } from '../../src/ports/agent-run-repository.js';
import type { EventRepository } from '../../src/ports/event-repository.js';
import type { ProjectRepository } from '../../src/ports/project-repository.js';
import type { RadicleSessionRepository } from '../../src/ports/radicle-session-repository.js';
import type { WorkerRepository } from '../../src/ports/worker-repository.js';
import type { WorkflowRepository } from '../../src/ports/workflow-repository.js';
import type { WorkflowStepRepository } from '../../src/ports/workflow-step-repository.js';

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
