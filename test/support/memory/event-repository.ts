import type { EventRepository } from '../../../src/ports/event-repository.js';
import type { MemoryDatabase } from './database.js';

export function memoryEvents(database: MemoryDatabase): EventRepository {
  return {
    list: async ({ workflowId, taskId, attempt, after, limit }) =>
      database.events
        .filter((event) => event.id > after)
        .filter((event) => workflowId === undefined || event.workflowId === workflowId)
        .filter((event) => taskId === undefined || event.taskId === taskId)
        .filter((event) => attempt === undefined || event.attempt === attempt)
        .slice(0, limit),
  };
}
