import { describe, expect, test } from '@jest/globals';
import { parsePlan } from '../../../src/domain/plan.js';
import { createRecoveryModule } from '../../../src/modules/recovery/recovery-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { HeldClock } from '../../support/stand-ins/held-clock.js';
import { Journal, watched } from '../../support/stand-ins/journal.js';
import { KnownProcesses } from '../../support/stand-ins/known-processes.js';
import { MemoryStore } from '../../support/stand-ins/memory-store.js';
import { RecordingEngine } from '../../support/stand-ins/recording-engine.js';

const NOTHING_HELD = { by: 'none', files: false, processes: false, network: false } as const;
const W1 = 'host:11:1';

/** A running workflow with steps `a` and `b`, one that is pending and one that ended; and the worker W1, which holds nothing yet. */
async function recoveryWorld() {
  const repositories = memoryRepositories();
  const [engine, processes, journal] = [new RecordingEngine(), new KnownProcesses(), new Journal()];
  await repositories.projects.add({ id: 'p', name: 'p', source: '/p', defaultBranch: 'main', store: 'git', head: 'h', warnings: [] });
  const plan = parsePlan({ version: 1, name: 'a plan', tasks: [{ id: 'a' }, { id: 'b' }] });
  for (const id of ['running', 'pending', 'ended']) await repositories.workflows.accept({ id, projectId: 'p', plan, base: 'h' });
  await repositories.workflows.start('running', 1);
  await repositories.workflows.cancelPending('ended', 'over');
  const join = async (id: string, pid: number, host = 'host') =>
    repositories.workers.join({ id, host, pid, startTime: '1', sandbox: { on: NOTHING_HELD, off: NOTHING_HELD } });
  await join(W1, 11);

  const hold = async (taskId: string, worker = W1) => {
    engine.tokens.add(`token of ${taskId}`);
    const claim = {
      workflowId: 'running',
      taskId,
      attempt: 1,
      seq: 2,
      agent: 'script',
      host: 'host',
      worker,
      taskToken: `token of ${taskId}`,
    };
    await repositories.agentRuns.claim({ ...claim, handedOutAt: 1 });
  };
  const recovery = createRecoveryModule({
    workers: watched(journal, 'workers', repositories.workers, ['leave']),
    agentRuns: repositories.agentRuns,
    workflows: repositories.workflows,
    engine: watched(journal, 'engine', engine, ['releaseActivity', 'releaseWorkflow']),
    processes: watched(journal, 'processes', processes, ['killMarked']),
    sessions: repositories.sessions,
    store: new MemoryStore(),
    clock: new HeldClock(),
    host: 'host',
  });
  const present = async () => (await repositories.workers.present()).map(({ id }) => id);
  const lost = async () => (await repositories.events.list({ after: 0, limit: 100 })).filter(({ type }) => type === 'worker-lost');
  return { repositories, engine, processes, journal, join, hold, recovery, present, lost };
}

describe('handing over what dead workers held', () => {
  test('first its processes end, then its activities and workflows go out again, and last it leaves the list', async () => {
    const { hold, recovery, journal, processes, engine, present, lost } = await recoveryWorld();
    await hold('a');
    await hold('b');
    expect(await recovery.handOverDeadWorkers()).toEqual([{ worker: W1, runs: 2, released: 2 }]);
    expect(processes.killedMarks).toEqual(['running.a.1.1', 'running.b.1.1']);
    expect(engine.tokens.size).toBe(0);
    expect(engine.releasedWorkflows).toEqual([`running of ${W1}`, `pending of ${W1}`]);
    expect(journal.calls).toEqual([
      ...['processes.killMarked', 'processes.killMarked', 'engine.releaseActivity', 'engine.releaseActivity'],
      ...['engine.releaseWorkflow', 'engine.releaseWorkflow', 'workers.leave'],
    ]);
    expect(await present()).toEqual([]);
    expect(await lost()).toMatchObject([{ data: { worker: W1 } }]);
  });

  test('leaves living workers alone, and those of other hosts', async () => {
    const { hold, join, recovery, processes, present, journal } = await recoveryWorld();
    await hold('a');
    processes.alive.add(11);
    await join('other:21:1', 21, 'other');
    expect(await recovery.handOverDeadWorkers()).toEqual([]);
    expect(journal.calls).toEqual([]);
    expect(await present()).toEqual([W1, 'other:21:1']);
  });

  test('takes all dead workers of the host at once', async () => {
    const { hold, join, recovery, present } = await recoveryWorld();
    await join('host:12:1', 12);
    await hold('a');
    await hold('b', 'host:12:1');
    expect(await recovery.handOverDeadWorkers()).toEqual([
      { worker: W1, runs: 1, released: 1 },
      { worker: 'host:12:1', runs: 1, released: 1 },
    ]);
    expect(await present()).toEqual([]);
  });

  test('again, or twice at once, gives nothing out twice and tells it once', async () => {
    const { hold, recovery, lost } = await recoveryWorld();
    await hold('a');
    const both = await Promise.all([recovery.handOverDeadWorkers(), recovery.handOverDeadWorkers()]);
    expect(both.flat().reduce((sum, { released }) => sum + released, 0)).toBe(1);
    expect(await recovery.handOverDeadWorkers()).toEqual([]);
    expect(await lost()).toHaveLength(1);
  });

  test('does not count a run whose activity went on by itself', async () => {
    const { hold, engine, recovery } = await recoveryWorld();
    await hold('a');
    engine.tokens.clear();
    expect(await recovery.handOverDeadWorkers()).toEqual([{ worker: W1, runs: 1, released: 0 }]);
  });

  test('a worker that held nothing still frees the workflows and leaves', async () => {
    const { recovery, engine, present } = await recoveryWorld();
    expect(await recovery.handOverDeadWorkers()).toEqual([{ worker: W1, runs: 0, released: 0 }]);
    expect(engine.releasedWorkflows).toHaveLength(2);
    expect(await present()).toEqual([]);
  });

  test.each(['processes.killMarked', 'engine.releaseActivity', 'engine.releaseWorkflow', 'workers.leave'])(
    'cut off at %s, the worker stays on the list, and the next call does the rest',
    async (call) => {
      const { hold, recovery, journal, engine, present, lost } = await recoveryWorld();
      await hold('a');
      journal.refuse(call, new Error('away'));
      await expect(recovery.handOverDeadWorkers()).rejects.toThrow('away');
      expect(await present()).toEqual([W1]);
      expect(await lost()).toEqual([]);
      journal.allow(call);
      expect(await recovery.handOverDeadWorkers()).toMatchObject([{ worker: W1, runs: 1 }]);
      expect(await present()).toEqual([]);
      expect(engine.tokens.size).toBe(0);
    },
  );
});
