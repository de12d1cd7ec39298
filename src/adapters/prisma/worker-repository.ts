import type { WorkerRepository } from '../../ports/worker-repository.js';
import type { Client } from './connect.js';
import { toJsonText } from './json.js';
import { toWorker } from './rows.js';

export function createWorkerRepository(client: Client): WorkerRepository {
  return {
    async join({ id, host, pid, startTime, sandbox }) {
      const told = toJsonText([{ type: 'worker-joined', data: { worker: id, host, pid } }]);
      await client.$queryRaw`
        WITH joined AS (
          INSERT INTO workers (id, host, pid, start_time, sandbox)
          VALUES (${id}, ${host}, ${pid}, ${startTime}, ${toJsonText(sandbox)}::jsonb) ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT append_events(${told}::jsonb)::text FROM joined`;
    },
    async beat(id) {
      await client.$executeRaw`UPDATE workers SET seen_at = now() WHERE id = ${id} AND left_at IS NULL`;
    },
    async leave(id, how) {
      await client.$queryRaw`
        WITH gone AS (UPDATE workers SET left_at = now() WHERE id = ${id} AND left_at IS NULL RETURNING id, host, pid)
        SELECT append_events(CASE WHEN ${how} = 'lost' THEN jsonb_build_array(jsonb_build_object(
          'type', 'worker-lost', 'data', jsonb_build_object('worker', id, 'host', host, 'pid', pid))) END)::text
        FROM gone`;
    },
    async present() {
      const rows = await client.worker.findMany({ where: { leftAt: null }, orderBy: [{ joinedAt: 'asc' }, { id: 'asc' }] });
      return rows.map(toWorker);
    },
  };
}
