import type { Event } from '../domain/events.js';

export interface EventFilter {
  readonly workflowId?: string;
  /** Only events with a higher id. */
  readonly after: number;
  readonly limit: number;
}

export interface EventRepository {
  /** By id, ascending. */
  list(filter: EventFilter): Promise<Event[]>;
}
