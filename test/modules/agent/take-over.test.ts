import { describe, expect, test } from '@jest/globals';
import { agentWorld } from '../../support/stand-ins/agent-world.js';
import { until } from '../../support/stand-ins/until.js';

const [W1, W2] = ['host:11:1', 'host:12:1'];
const SCRIPT = { run: ['write x 1', 'write y 2', 'write z 3'], checks: ['say fine'] };
const ALL = { readme: 'hello', x: '1', y: '2', z: '3' };

/** Calls of a first life on SCRIPT, up to its n-th of a name. */
async function callOf(name: string, nth: number): Promise<number> {
  const world = await agentWorld(SCRIPT);
  const { work, journal } = world.worker(W1);
  await work();
  const places = journal.calls.flatMap((call, place) => (call === name ? [place] : []));
  return places[nth - 1] as number;
}

/** A worker that died after its n-th call of this name, and a world in which the next may begin. */
async function diedAfter(name: string, nth: number, task: Record<string, unknown> = {}) {
  const world = await agentWorld({ ...SCRIPT, ...task });
  await world.workUntilDeath(W1, { call: await callOf(name, nth), when: 'after' });
  world.sandbox.begun.length = 0;
  return world;
}

describe('a worker that takes over', () => {
  test('ends what is marked by the old life before it opens the tree, and uses the tree of a dead worker of its host again', async () => {
    const world = await diedAfter('sandbox.run', 2);
    const [tree] = world.store.worktrees.keys();
    const { work, journal } = world.worker(W2);
    expect(world.filesOf(await work())).toEqual(ALL);
    expect(journal.calls.slice(0, 5)).toEqual([
      'steps.find',
      'agentRuns.claim',
      'processes.killMarked',
      'processes.isAlive',
      'store.openSession',
    ]);
    expect(world.processes.killedMarks).toEqual(['wf.a.1.1']);
    expect(world.sandbox.begun[0]).toMatchObject({ worktree: tree, mark: 'wf.a.1.2' });
    expect(world.store.setAside).toEqual([]);
  });

  test('leaves the tree of a worker that still lives alone, and works in another', async () => {
    const world = await agentWorld({ run: ['write x 1', 'write y 2; hang'] });
    const working = world.worker(W1).work();
    await until(() => world.sandbox.begun.length === 2);
    const [tree] = world.store.worktrees.keys();
    const next = world.worker(W2);
    const going = next.work();
    await until(() => world.sandbox.begun.length === 3);
    expect(world.processes.killedMarks).toEqual(['wf.a.1.1']);
    expect(world.store.setAside).toEqual([tree]);
    expect(world.sandbox.begun[2]?.worktree).not.toBe(tree);
    next.shutDown();
    await expect(going).rejects.toThrow('cancelled');
    void working;
  });

  test('from another host neither looks for processes here nor uses the tree', async () => {
    const world = await diedAfter('sandbox.run', 2);
    const [tree] = world.store.worktrees.keys();
    const { work, journal } = world.worker('other:12:1', { host: 'other' });
    expect(world.filesOf(await work())).toEqual(ALL);
    expect(journal.calls.filter((call) => call.startsWith('processes'))).toEqual([]);
    expect(world.store.setAside).toEqual([tree]);
    expect(await world.session()).toMatchObject({ host: 'other', isOpen: false });
  });

  test('does not run a command again that has its record, and repeats the one that was cut off, saying so', async () => {
    const world = await diedAfter('sandbox.run', 2);
    await world.worker(W2).work();
    expect(world.sandbox.commands).toEqual(['write y 2', 'write z 3', 'say fine']);
    expect(await world.told()).toEqual([
      ...['step-started', 'agent-run-started', 'command-started 1', 'command-ended 1 exit 0', 'command-started 2'],
      ...['agent-run-lost', 'agent-run-started', 'command-repeated 2', 'command-ended 2 exit 0'],
      ...['command-started 3', 'command-ended 3 exit 0', 'command-started 4', 'check-passed 4 exit 0', 'agent-run-ended succeeded'],
    ]);
    expect(await world.statuses()).toEqual(['lost', 'succeeded']);
  });

  test('repeats a cut-off command on the tree of the record before it: half-done work is gone', async () => {
    const world = await agentWorld({ run: ['write x 1', 'write half 1; hang'] });
    const dying = world.worker(W1);
    const working = dying.work().catch(() => 'stopped');
    await until(() => world.sandbox.begun.length === 2);
    dying.shutDown();
    await working;
    world.die(W1);
    const next = world.worker(W2);
    const going = next.work().catch(() => 'stopped');
    await until(() => world.sandbox.begun.length === 3);
    next.shutDown();
    await going;
    expect(world.sandbox.commands.slice(2)).toEqual(['write half 1; hang']);
    expect((await world.told()).filter((line) => line.startsWith('command'))).toEqual([
      ...['command-started 1', 'command-ended 1 exit 0', 'command-started 2', 'command-repeated 2'],
    ]);
  });

  test('tells the end of a command whose telling was lost, and does not run it again', async () => {
    const world = await diedAfter('store.saveCheckpoint', 2);
    await world.worker(W2).work();
    expect(world.sandbox.commands).toEqual(['write z 3', 'say fine']);
    const ends = (await world.events()).filter(({ type, data }) => type === 'command-ended' && data.n === 2);
    expect(ends).toMatchObject([{ epoch: 2, data: { command: 'write y 2', exitCode: 0 } }]);
  });

  test('tells the end of a check whose telling was lost', async () => {
    const world = await diedAfter('store.saveCheckpoint', 4);
    await world.worker(W2).work();
    expect(world.sandbox.commands).toEqual([]);
    expect((await world.told()).filter((line) => line.startsWith('check'))).toEqual(['check-passed 4 exit 0']);
  });

  test('ends as the old life would have, when that had recorded a red command', async () => {
    const world = await agentWorld({ run: ['write x 1; exit 5', 'say never'] });
    const calls = await world.workUntilDeath(W1, { call: 8, when: 'after' });
    expect(calls.at(-1)).toBe('store.saveCheckpoint');
    expect(await world.worker(W2).work()).toMatchObject({ kind: 'failed', error: { code: 'command-failed' } });
    expect(world.sandbox.commands).toEqual(['write x 1; exit 5']);
    expect(await world.runs()).toMatchObject([{ status: 'lost' }, { status: 'failed', exitCode: 5 }]);
  });

  test('has the time that the recorded commands left', async () => {
    const world = await agentWorld({ run: ['take 40000', 'write y 2', 'take 30000'], timeout: '60s' });
    await world.workUntilDeath(W1, { call: 11, when: 'after' });
    expect(world.sandbox.commands).toEqual(['take 40000', 'write y 2']);
    expect(await world.worker(W2).work()).toMatchObject({ error: { code: 'timed-out' } });
    expect(world.sandbox.begun.slice(2)).toMatchObject([
      { command: 'write y 2', timeoutMs: 20_000 },
      { command: 'take 30000', timeoutMs: 20_000 },
    ]);
  });
});

describe('a cut-off command of a task with `repeat: ask`', () => {
  test('is not run again: the attempt ends with its outcome unknown, its work kept', async () => {
    const world = await diedAfter('sandbox.run', 2, { repeat: 'ask' });
    const result = await world.worker(W2).work();
    expect(result).toMatchObject({ kind: 'unknown-outcome', error: { code: 'unknown-outcome' } });
    expect(world.sandbox.commands).toEqual([]);
    expect(await world.statuses()).toEqual(['lost', 'failed']);
    expect([...world.store.kept.values()].map((tree) => world.store.trees.filesOf(tree))).toEqual([{ readme: 'hello', x: '1' }]);
    expect(world.store.worktrees.size).toBe(0);
  });

  test('goes on where the crash came between two commands', async () => {
    const world = await diedAfter('store.saveCheckpoint', 2, { repeat: 'ask' });
    expect(world.filesOf(await world.worker(W2).work())).toEqual(ALL);
    expect(world.sandbox.commands).toEqual(['write z 3', 'say fine']);
  });

  test('a cut-off check is run again all the same: it is ours to repeat', async () => {
    const world = await diedAfter('sandbox.run', 4, { repeat: 'ask' });
    expect(world.filesOf(await world.worker(W2).work())).toEqual(ALL);
    expect(world.sandbox.commands).toEqual(['say fine']);
    expect(await world.told()).toContain('command-repeated 4');
  });
});

describe('an attempt that ended unheard', () => {
  test.each(['agentRuns.end', 'store.closeSession', 'sessions.close'])(
    'after %s: its result is given again, and its session is closed',
    async (call) => {
      const world = await diedAfter(call, 1);
      const { work, journal } = world.worker(W2);
      expect(world.filesOf(await work())).toEqual(ALL);
      expect(world.sandbox.commands).toEqual([]);
      expect(await world.statuses()).toEqual(['succeeded']);
      expect(journal.calls.slice(-3)).toEqual(['agentRuns.resultOf', 'store.closeSession', 'sessions.close']);
      expect(await world.session()).toMatchObject({ isOpen: false });
      expect(world.store.worktrees.size).toBe(0);
    },
  );

  test('with an error gives that error again, word for word', async () => {
    const world = await agentWorld({ run: ['write x 1; exit 9'] });
    const result = await world.worker(W1).work();
    expect(await world.worker(W2).work()).toEqual(result);
    expect(world.sandbox.commands).toEqual(['write x 1; exit 9']);
  });

  test('with its step, while no worker had it, is refused as stale: its tree is closed, and no command is run', async () => {
    const world = await diedAfter('sandbox.run', 2);
    await world.repositories.workflows.record('wf', [{ seq: 9, taskId: 'a', status: 'cancelled', attempt: 1 }]);
    await expect(world.worker(W2).work()).rejects.toMatchObject({ code: 'stale-attempt', kind: 'rejected' });
    expect(world.sandbox.commands).toEqual([]);
    expect(await world.statuses()).not.toContain('running');
    expect(await world.session()).toMatchObject({ isOpen: false, head: world.base });
    expect(world.store.worktrees.size).toBe(0);
  });
});
