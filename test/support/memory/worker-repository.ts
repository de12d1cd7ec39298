import type { WorkerRepository } from '../../../src/ports/worker-repository.js';
import type { MemoryDatabase } from './database.js';

export function memoryWorkers(database: MemoryDatabase): WorkerRepository {
  const presentWorkers = () => [...database.workers.values()].filter((worker) => !worker.leftAt);
  return {
    async join({ id, host, pid, startTime, sandbox }) {
      if (database.workers.has(id)) return;
      const now = database.now();
      database.workers.set(id, { id, host, pid, startTime, sandbox, joinedAt: now, seenAt: now });
      database.append([{ type: 'worker-joined', data: { worker: id, host, pid } }]);
    },
    async beat(id) {
      const worker = database.workers.get(id);
      if (worker && !worker.leftAt) worker.seenAt = database.now();
    },
    async leave(id, how) {
      const worker = database.workers.get(id);
      if (!worker || worker.leftAt) return;
      worker.leftAt = database.now();
      if (how === 'lost') database.append([{ type: 'worker-lost', data: { worker: id, host: worker.host, pid: worker.pid } }]);
    },
    present: async () => presentWorkers().map(({ leftAt: _, ...worker }) => worker),
  };
}
