import type { EventRepository } from '../../ports/event-repository.js';
import type { Client } from './connect.js';
import { toEvent } from './rows.js';

export function createEventRepository(client: Client): EventRepository {
  return {
    async list({ after, limit, ...of }) {
      const where = { id: { gt: after }, ...of };
      const rows = await client.event.findMany({ where, orderBy: { id: 'asc' }, take: limit });
      return rows.map(toEvent);
    },
  };
}
