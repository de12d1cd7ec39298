import type { Event } from '../domain/events.js';

export interface EventFilter {
  readonly workflowId?: string;
  /** Of one task of that workflow. */
  readonly taskId?: string;
  readonly attempt?: number;
  /** Only events with a higher id. */
  readonly after: number;
  readonly limit: number;
}

export interface EventRepository {
  /** By id, ascending. */
  list(filter: EventFilter): Promise<Event[]>;
}
