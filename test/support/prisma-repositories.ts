import { createAgentRunRepository } from '../../src/adapters/prisma/agent-run-repository.js';
import type { Client } from '../../src/adapters/prisma/connect.js';
import { createEventRepository } from '../../src/adapters/prisma/event-repository.js';
import { createProjectRepository } from '../../src/adapters/prisma/project-repository.js';
import { createRadicleSessionRepository } from '../../src/adapters/prisma/radicle-session-repository.js';
import { createWorkerRepository } from '../../src/adapters/prisma/worker-repository.js';
import { createWorkflowRepository } from '../../src/adapters/prisma/workflow-repository.js';
import { createWorkflowStepRepository } from '../../src/adapters/prisma/workflow-step-repository.js';
import type { Repositories } from './repositories.js';

export function prismaRepositories(client: Client): Repositories {
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
