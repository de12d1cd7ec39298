import type { Repositories } from '../repositories.js';
import { memoryAgentRuns } from './agent-run-repository.js';
import { MemoryDatabase } from './database.js';
import { memoryEvents } from './event-repository.js';
import { memoryProjects } from './project-repository.js';
import { memorySessions } from './radicle-session-repository.js';
import { memoryWorkers } from './worker-repository.js';
import { memoryWorkflows } from './workflow-repository.js';
import { memorySteps } from './workflow-step-repository.js';

/** All repositories over one database in memory: as the real ones behave, for tests of what stands on them. */
export function memoryRepositories(database = new MemoryDatabase()): Repositories {
  return {
    projects: memoryProjects(database),
    workflows: memoryWorkflows(database),
    steps: memorySteps(database),
    agentRuns: memoryAgentRuns(database),
    sessions: memorySessions(database),
    events: memoryEvents(database),
    workers: memoryWorkers(database),
  };
}
