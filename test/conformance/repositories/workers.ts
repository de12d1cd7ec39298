import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/domain/events.js';
import type { Repositories } from '../../support/repositories.js';
import { anId, type Open } from './fixtures.js';

const NONE = { by: 'none', files: false, processes: false, network: false } as const;
const SANDBOX = { on: NONE, off: { by: 'bubblewrap', files: true, processes: true, network: true } } as const;

export function describeWorkers(open: Open): void {
  const aWorker = () => ({ id: `host:7:${anId()}`, host: 'host', pid: 7, startTime: '12345', sandbox: SANDBOX });

  describe('workers', () => {
    test('one that joined is present, and told once', async () => {
      const repositories = open();
      const worker = aWorker();
      await repositories.workers.join(worker);
      await repositories.workers.join(worker);
      expect(await presentOnes(repositories, worker.id)).toEqual([{ ...worker, joinedAt: expect.any(Date), seenAt: expect.any(Date) }]);
      expect(await about(repositories, worker.id)).toMatchObject([
        { type: 'worker-joined', data: { worker: worker.id, host: 'host', pid: 7 } },
      ]);
    });

    test('a beat moves the last sign of life', async () => {
      const repositories = open();
      const worker = aWorker();
      await repositories.workers.join(worker);
      const [joined] = await presentOnes(repositories, worker.id);
      do await repositories.workers.beat(worker.id);
      while ((await presentOnes(repositories, worker.id))[0]?.seenAt.getTime() === joined?.seenAt.getTime());
      const [beaten] = await presentOnes(repositories, worker.id);
      expect(beaten?.seenAt.getTime()).toBeGreaterThan(joined?.seenAt.getTime() as number);
      expect(beaten?.joinedAt).toEqual(joined?.joinedAt);
    });

    test('one that left is gone without a word; a lost one is told once', async () => {
      const repositories = open();
      const [left, lost] = [aWorker(), aWorker()];
      for (const worker of [left, lost]) await repositories.workers.join(worker);
      await repositories.workers.leave(left.id, 'left');
      await repositories.workers.leave(left.id, 'lost');
      for (let n = 0; n < 2; n++) await repositories.workers.leave(lost.id, 'lost');
      expect(await presentOnes(repositories, left.id)).toEqual([]);
      expect(await presentOnes(repositories, lost.id)).toEqual([]);
      expect((await about(repositories, left.id)).map(({ type }) => type)).toEqual(['worker-joined']);
      expect((await about(repositories, lost.id)).map(({ type }) => type)).toEqual(['worker-joined', 'worker-lost']);
    });

    test('one that is gone stays gone, whatever it says', async () => {
      const repositories = open();
      const worker = aWorker();
      await repositories.workers.join(worker);
      await repositories.workers.leave(worker.id, 'lost');
      await repositories.workers.beat(worker.id);
      await repositories.workers.join(worker);
      expect(await presentOnes(repositories, worker.id)).toEqual([]);
      await repositories.workers.leave(anId(), 'lost');
      await repositories.workers.beat(anId());
    });
  });
}

async function presentOnes({ workers }: Repositories, id: string) {
  return (await workers.present()).filter((worker) => worker.id === id);
}

async function about({ events }: Repositories, worker: string): Promise<Event[]> {
  return (await events.list({ after: 0, limit: 1_000_000 })).filter(({ data }) => data.worker === worker && data.pid !== undefined);
}
