import { describe, expect, test } from '@jest/globals';
import { agentWorld } from '../../support/stand-ins/agent-world.js';
import { UNSTORABLE } from '../../support/stand-ins/memory-store.js';

const W1 = 'host:11:1';

/** Works on a task to its end, and looks at what is left. */
async function endOf(task: Record<string, unknown>) {
  const world = await agentWorld(task);
  const result = await world.worker(W1).work();
  const kept = [...world.store.kept.values()].map((tree) => world.store.trees.filesOf(tree));
  return { world, result, kept, runs: await world.runs(), told: await world.told() };
}

describe('an attempt fails', () => {
  test('with `command-failed` at the first command that does not exit with 0; the next is not run, nor any check', async () => {
    const { world, result, runs } = await endOf({ run: ['write x 1', 'exit 3', 'write y 2'], checks: ['say fine'] });
    expect(result).toEqual({ kind: 'failed', error: { code: 'command-failed', message: 'exit code 3: exit 3' } });
    expect(world.sandbox.commands).toEqual(['write x 1', 'exit 3']);
    expect(runs).toMatchObject([{ status: 'failed', exitCode: 3 }]);
  });

  test('with `check-failed` at the first red check', async () => {
    const { world, result, told, runs } = await endOf({ run: ['write x 1'], checks: ['say fine', 'exit 2', 'say never'] });
    expect(result).toEqual({ kind: 'failed', error: { code: 'check-failed', message: 'exit code 2: exit 2' } });
    expect(world.sandbox.commands).toEqual(['write x 1', 'say fine', 'exit 2']);
    expect(told.filter((line) => line.startsWith('check'))).toEqual(['check-passed 2 exit 0', 'check-failed 3 exit 2']);
    expect(runs).toMatchObject([{ status: 'failed', exitCode: 2 }]);
  });

  test('with `timed-out` when its commands together take longer than the task may', async () => {
    const { world, result, runs } = await endOf({ run: ['take 40000', 'take 15000', 'take 10000'], timeout: '60s' });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'timed-out' } });
    expect(result).toMatchObject({ error: { message: 'the attempt reached its timeout of 60 s in: take 10000' } });
    expect(world.sandbox.begun.map(({ timeoutMs }) => timeoutMs)).toEqual([60_000, 20_000, 5_000]);
    expect(runs).toMatchObject([{ status: 'failed' }]);
  });

  test('with `timed-out` when a check takes up what was left', async () => {
    const { world, result } = await endOf({ run: ['take 59000'], checks: ['take 2000'], timeout: '60s' });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'timed-out' } });
    expect(world.sandbox.begun.map(({ timeoutMs }) => timeoutMs)).toEqual([60_000, 1_000]);
  });

  test('with `tree-refused` when its files cannot be stored, and its run and session are closed', async () => {
    const { world, result, runs } = await endOf({ run: [`write ${UNSTORABLE} 1`, 'say never'] });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'tree-refused' } });
    expect(runs).toMatchObject([{ status: 'failed' }]);
    expect(await world.session()).toMatchObject({ isOpen: false, head: world.base });
    expect(world.store.worktrees.size).toBe(0);
    expect(world.log.writers).toBe(0);
  });

  test('with `agent-unavailable` when this worker lacks the kind of agent', async () => {
    const { world, result, runs } = await endOf({ agent: 'acp:other', prompt: 'do it' });
    expect(result).toMatchObject({ kind: 'failed', error: { code: 'agent-unavailable' } });
    expect(result).toMatchObject({ error: { message: expect.stringContaining('script, none') } });
    expect(runs).toMatchObject([{ status: 'failed' }]);
    expect(world.store.worktrees.size).toBe(0);
  });
});

describe('work that was not finished', () => {
  test('is kept before the tree goes, where a command failed', async () => {
    const { world, kept } = await endOf({ run: ['write x 1', 'write y 2; exit 1'] });
    expect(kept).toEqual([{ readme: 'hello', x: '1', y: '2' }]);
    expect(world.store.worktrees.size).toBe(0);
  });

  test('is kept where a command was stopped by the time-out', async () => {
    const { kept } = await endOf({ run: ['write x half; take 61000'], timeout: '60s' });
    expect(kept).toEqual([{ readme: 'hello', x: 'half' }]);
  });

  test('is not kept where the attempt changed nothing', async () => {
    const { world, kept } = await endOf({ run: ['exit 1'] });
    expect(kept).toEqual([]);
    expect(await world.session()).toMatchObject({ isOpen: false, head: world.base });
  });

  test('is kept before the end is stored, so that a crash between the two loses nothing', async () => {
    const world = await agentWorld({ run: ['write x 1; exit 1'] });
    const { work, journal } = world.worker(W1);
    await work();
    expect(journal.calls.slice(-4)).toEqual(['store.keep', 'agentRuns.end', 'store.closeSession', 'sessions.close']);
  });
});
