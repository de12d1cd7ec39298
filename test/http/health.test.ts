import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { unavailable } from '../../src/domain/errors.js';
import { ask } from './ask.js';
import { type Studio, startStudio } from './studio.js';

const HOLDS_NOTHING = { by: 'none', files: false, processes: false, network: false } as const;
const SANDBOX = { on: HOLDS_NOTHING, off: HOLDS_NOTHING };

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

let worker: Parameters<Studio['outside']['repositories']['workers']['join']>[0];
let pid = 0;
const readyz = async () => {
  const answer = await ask(studio.port, { path: '/readyz' });
  return [answer.status, answer.json().missing, answer.headers['retry-after']];
};

beforeEach(async () => {
  for (const { id } of await studio.outside.repositories.workers.present()) await studio.outside.repositories.workers.leave(id, 'left');
  pid += 1;
  worker = { id: `workbench:${pid}:345`, host: 'workbench', pid, startTime: '345', sandbox: SANDBOX };
  await studio.outside.repositories.workers.join(worker);
  studio.outside.now = new Date();
});

test('a process that lives says so, whatever is missing', async () => {
  await studio.outside.repositories.workers.leave(worker.id, 'left');
  const answer = await ask(studio.port, { path: '/healthz' });
  expect([answer.status, answer.json()]).toEqual([200, { status: 'alive' }]);
});

describe('readiness', () => {
  test('is there when database, Temporal and a worker answer', async () => {
    expect(await readyz()).toEqual([200, [], undefined]);
  });

  test('names a worker that left', async () => {
    await studio.outside.repositories.workers.leave(worker.id, 'lost');
    expect(await readyz()).toEqual([503, ['worker'], '2']);
  });

  test('names a worker that is silent for a quarter of a minute', async () => {
    studio.outside.now = new Date(Date.now() + 60_000);
    expect(await readyz()).toEqual([503, ['worker'], '2']);
  });

  test('names Temporal', async () => {
    const { isReachable } = studio.outside.engine;
    Object.assign(studio.outside.engine, { isReachable: async () => false });
    expect(await readyz()).toEqual([503, ['temporal'], '2']);
    Object.assign(studio.outside.engine, { isReachable });
  });

  test('names the database, and with it the workers that nobody can see', async () => {
    const { present } = studio.outside.repositories.workers;
    Object.assign(studio.outside.repositories.workers, { present: () => Promise.reject(unavailable('database', 'away')) });
    expect(await readyz()).toEqual([503, ['database', 'worker'], '2']);
    Object.assign(studio.outside.repositories.workers, { present });
  });
});

test('the system tells versions, parts, workers and where Temporal shows itself', async () => {
  expect((await studio.ask({ path: '/api/system' })).json()).toMatchObject({
    versions: { perennial: '0.0.0' },
    parts: { database: 'ready', temporal: 'ready', worker: 'ready' },
    workers: [{ id: worker.id, host: 'workbench', pid, since: expect.any(String) }],
    temporal: { ui: 'http://127.0.0.1:8233' },
  });
});
