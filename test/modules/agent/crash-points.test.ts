import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unavailable } from '../../../src/domain/errors.js';
import { type AgentWorld, agentWorld } from '../../support/stand-ins/agent-world.js';
import type { Fault } from '../../support/stand-ins/journal.js';

const TASK = { run: ['write x 1', 'write y 2; say two'], checks: ['write junk 1', 'say fine'] };
const FAILING = { run: ['write x 1', 'write y 2; exit 4'] };
const TREE = { readme: 'hello', x: '1', y: '2' };
const ENDS = ['command-ended', 'check-passed', 'check-failed'];
const W = (n: number) => `host:${10 + n}:1`;

async function callsOf(task: Record<string, unknown>): Promise<string[]> {
  const world = await agentWorld(task);
  const { work, journal } = world.worker(W(0));
  await work();
  return journal.calls;
}

const everyFault = (calls: readonly string[]) =>
  calls.flatMap((name, call) => (['before', 'after'] as const).map((when) => ({ call, when, at: `${when} call ${call}, ${name}` })));

/** What holds when an attempt has ended, whatever happened on the way. */
async function expectOneEnd(world: AgentWorld, status: 'succeeded' | 'failed', commands: number): Promise<void> {
  const events = await world.events();
  const numbers = (types: readonly string[]) => events.filter(({ type }) => types.includes(type)).map(({ data }) => data.n);
  const all = Array.from({ length: commands }, (_, n) => n + 1);
  expect(numbers(['command-started'])).toEqual(all);
  expect([...new Set(numbers(ENDS))].sort()).toEqual(all);
  expect(events.filter(({ type }) => type === 'agent-run-ended')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'step-started')).toHaveLength(1);
  const statuses = await world.statuses();
  expect(statuses).toEqual([...statuses.slice(1).map(() => 'lost'), status]);
  expect(world.sandbox.begun.length).toBeLessThanOrEqual(commands + numbers(['command-repeated']).length);
  expect(await world.session()).toMatchObject({ isOpen: false });
  expect(world.store.worktrees.size).toBe(0);
}

/** Each end is told once as long as the telling itself was not cut off after its effect. */
async function expectEndsToldOnce(world: AgentWorld): Promise<void> {
  const ends = (await world.events()).filter(({ type }) => ENDS.includes(type)).map(({ data }) => data.n);
  expect(ends).toEqual([...new Set(ends)]);
}

describe('wherever a worker dies, the next one ends the attempt as if nothing had been', () => {
  test('every call of an attempt that succeeds, before and after its effect', async () => {
    for (const fault of everyFault(await callsOf(TASK))) {
      const world = await agentWorld(TASK);
      await world.workUntilDeath(W(1), fault);
      const result = await world.worker(W(2)).work();
      expect({ fault, files: world.filesOf(result) }).toEqual({ fault, files: TREE });
      await expectOneEnd(world, 'succeeded', 4);
      await expectEndsToldOnce(world);
    }
  });

  test('every call of an attempt that fails', async () => {
    for (const fault of everyFault(await callsOf(FAILING))) {
      const world = await agentWorld(FAILING);
      await world.workUntilDeath(W(1), fault);
      const result = await world.worker(W(2)).work();
      expect({ fault, result }).toMatchObject({ fault, result: { kind: 'failed', error: { code: 'command-failed' } } });
      await expectOneEnd(world, 'failed', 2);
      expect([...world.store.kept.values()].map((tree) => world.store.trees.filesOf(tree))).toEqual([TREE]);
    }
  });

  test('four workers that die one after the other, anywhere', async () => {
    const fault: fc.Arbitrary<Fault> = fc.record({ call: fc.nat({ max: 24 }), when: fc.constantFrom('before', 'after') });
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 2, maxLength: 4 }), async (faults) => {
        const world = await agentWorld(TASK);
        for (const [n, one] of faults.entries()) await world.workUntilDeath(W(n), one);
        expect(world.filesOf(await world.worker(W(9)).work())).toEqual(TREE);
        await expectOneEnd(world, 'succeeded', 4);
        await expectEndsToldOnce(world);
      }),
      { numRuns: 200 },
    );
  });
});

test('wherever a part fails a worker for a moment, the same worker ends the attempt as if nothing had been', async () => {
  for (const { call, when, at } of everyFault(await callsOf(TASK))) {
    const world = await agentWorld(TASK);
    const faulty = world.worker(W(1), { fault: { call, when, error: unavailable('a part', 'it is away') } });
    await expect(faulty.work()).rejects.toMatchObject({ code: 'unavailable' });
    const result = await world.worker(W(1)).work();
    expect({ at, files: world.filesOf(result) }).toEqual({ at, files: TREE });
    await expectOneEnd(world, 'succeeded', 4);
  }
});
