import { describe, expect, test } from '@jest/globals';
import { unavailable } from '../../../src/domain/errors.js';
import { type AgentWorld, agentWorld, CANCELLED, type WorkerLife } from '../../support/stand-ins/agent-world.js';
import { UNSTORABLE } from '../../support/stand-ins/memory-store.js';
import { until } from '../../support/stand-ins/until.js';

const [W1, W2] = ['host:11:1', 'host:12:1'];
const HANGING = { run: ['write x 1', 'write y half; hang', 'write z never'] };

/** A worker that works until the command hangs. */
async function hanging(world: AgentWorld): Promise<{ life: WorkerLife; working: Promise<unknown> }> {
  const life = world.worker(W1);
  const working = life.work().catch((error: unknown) => error);
  await until(() => world.sandbox.begun.some(({ command }) => command.endsWith('hang')));
  return { life, working };
}

describe('an attempt that somebody cancels', () => {
  test('ends cancelled: its work is kept, its tree goes, and the cancellation is passed on', async () => {
    const world = await agentWorld(HANGING);
    const { life, working } = await hanging(world);
    life.cancel();
    expect(await working).toBe(CANCELLED);
    expect(await world.statuses()).toEqual(['cancelled']);
    expect([...world.store.kept.values()].map((tree) => world.store.trees.filesOf(tree))).toEqual([{ readme: 'hello', x: '1', y: 'half' }]);
    expect(world.store.worktrees.size).toBe(0);
    expect(await world.session()).toMatchObject({ isOpen: false });
    expect((await world.told()).at(-1)).toBe('agent-run-ended cancelled');
    expect(world.log.writers).toBe(0);
  });

  test('runs no further command, and records none for the one that was stopped', async () => {
    const world = await agentWorld(HANGING);
    const { life, working } = await hanging(world);
    life.cancel();
    await working;
    expect(world.sandbox.commands).toEqual(HANGING.run.slice(0, 2));
    expect((await world.told()).filter((line) => line.startsWith('command-'))).toEqual([
      'command-started 1',
      'command-ended 1 exit 0',
      'command-started 2',
    ]);
  });

  test('ends cancelled even when its files cannot be stored', async () => {
    const world = await agentWorld({ run: [`write ${UNSTORABLE} 1; hang`] });
    const { life, working } = await hanging(world);
    life.cancel();
    expect(await working).toBe(CANCELLED);
    expect(await world.statuses()).toEqual(['cancelled']);
    expect(world.store.worktrees.size).toBe(0);
  });

  test('says so to a claim that comes later', async () => {
    const world = await agentWorld(HANGING);
    const { life, working } = await hanging(world);
    life.cancel();
    await working;
    expect(await world.worker(W2).work()).toMatchObject({ kind: 'failed', error: { code: 'cancelled' } });
    expect(world.store.worktrees.size).toBe(0);
  });
});

describe('a worker that goes away', () => {
  test('leaves the attempt as it stands for the next: row, tree and session', async () => {
    const world = await agentWorld(HANGING);
    const { life, working } = await hanging(world);
    life.shutDown();
    expect(await working).toBe(CANCELLED);
    expect(await world.statuses()).toEqual(['running']);
    expect(await world.session()).toMatchObject({ isOpen: true });
    expect([...world.store.worktrees.values()]).toEqual([{ readme: 'hello', x: '1', y: 'half' }]);
    expect(world.log.writers).toBe(0);
  });
});

describe.each(['redo', 'ask'] as const)('a worker that goes away between two commands of a task with `repeat: %s`', (repeat) => {
  test('tells no command as begun that it never ran, so that the next worker just goes on', async () => {
    const world = await agentWorld({ run: ['write x 1', 'write y 2'], repeat });
    const life = world.worker(W1);
    life.journal.before('store.saveCheckpoint', async () => life.shutDown());
    await expect(life.work()).rejects.toBe(CANCELLED);
    world.die(W1);
    expect((await world.told()).filter((line) => line.startsWith('command-'))).toEqual(['command-started 1', 'command-ended 1 exit 0']);
    expect(world.filesOf(await world.worker(W2).work())).toEqual({ readme: 'hello', x: '1', y: '2' });
    expect(await world.told()).not.toContain('command-repeated 2');
  });
});

describe('a worker whose attempt was taken over', () => {
  test.each(['agentRuns.append', 'agentRuns.end'])('touches nothing more once %s says so', async (call) => {
    const world = await agentWorld({ run: ['write x 1'] });
    const life = world.worker(W1);
    const lose = async () => {
      await world.repositories.agentRuns.claim({
        ...{ workflowId: 'wf', taskId: 'a', attempt: 1, seq: 2, agent: 'script' },
        ...{ host: 'host', worker: W2, taskToken: 't', handedOutAt: 9 },
      });
    };
    life.journal.before(call, lose);
    await expect(life.work()).rejects.toMatchObject({ code: 'epoch-lost' });
    expect(life.journal.calls.at(-1)).toBe(call);
    expect(await world.statuses()).toEqual(['lost', 'running']);
    expect(await world.session()).toMatchObject({ isOpen: true });
    expect(world.store.worktrees.size).toBe(1);
    expect(world.log.writers).toBe(0);
  });
});

describe('a part that is away', () => {
  test.each([
    'agentRuns.claim',
    'store.openSession',
    'sessions.save',
    'log.open',
    'store.checkpoints',
    'agentRuns.append',
    'store.saveCheckpoint',
    'agentRuns.end',
    'store.closeSession',
    'sessions.close',
  ])('at %s is told, and the same worker goes on when it is back', async (call) => {
    const world = await agentWorld({ run: ['write x 1'] });
    const life = world.worker(W1);
    life.journal.refuse(call, unavailable('a part', 'it is away'));
    await expect(life.work()).rejects.toMatchObject({ code: 'unavailable' });
    life.journal.allow(call);
    expect(world.filesOf(await life.work())).toEqual({ readme: 'hello', x: '1' });
    expect(await world.statuses()).toEqual(['succeeded']);
    expect(await world.session()).toMatchObject({ isOpen: false });
    expect(world.store.worktrees.size).toBe(0);
    expect(world.log.writers).toBe(0);
  });
});

describe('an attempt that is handed to the worker that has it already', () => {
  test('is lived once at a time: the first life ends, and untold, before the second begins', async () => {
    const world = await agentWorld({ run: ['write x 1', 'write y half; hang'] });
    const first = await hanging(world);
    const second = first.life.work().catch((error: unknown) => error);
    expect(await first.working).toBeInstanceOf(Error);
    await until(() => world.sandbox.begun.filter(({ command }) => command.endsWith('hang')).length === 2);
    expect(await world.statuses()).toEqual(['running']);
    expect(await world.told()).toEqual(expect.arrayContaining(['command-ended 1 exit 0', 'command-repeated 2']));
    expect((await world.told()).filter((line) => line === 'command-ended 1 exit 0')).toHaveLength(1);
    first.life.cancel();
    expect(await second).toBe(CANCELLED);
    expect(await world.statuses()).toEqual(['cancelled']);
  });
});
