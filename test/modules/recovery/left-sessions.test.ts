import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.js';
import { closeLeftSessions } from '../../../src/modules/recovery/left-sessions.js';
import { agentWorld } from '../../support/stand-ins/agent-world.js';

const [W1, GRACE_MS] = ['host:11:1', 30_000];

/** A worker that dies before it makes this call; which one it is, a whole life of another world tells. */
async function worldDyingAt(call: string) {
  const whole = await agentWorld({ run: ['write x 1'] });
  const life = whole.worker(W1);
  await life.work();
  const world = await agentWorld({ run: ['write x 1'] });
  await world.workUntilDeath(W1, { call: life.journal.calls.indexOf(call), when: 'before' });
  return world;
}

/** A worker died after it had stored the end of its attempt, and before its tree was gone. */
async function leftSession() {
  const world = await worldDyingAt('store.closeSession');
  const ended = (await world.runs())[0]?.endedAt as Date;
  const clock = { ...systemClock, now: () => new Date(ended.getTime() + GRACE_MS + 1) };
  const deps = { ...world.repositories, store: world.store, processes: world.processes, clock, host: 'host' };
  return { world, deps, ended };
}

test('a session whose attempt is over is closed, and its processes ended first', async () => {
  const { world, deps } = await leftSession();
  expect(world.store.worktrees.size).toBe(1);
  expect(await closeLeftSessions(deps)).toBe(1);
  expect(world.store.worktrees.size).toBe(0);
  expect(world.processes.killedMarks).toContain('wf.a.1.1');
  expect(await world.session()).toMatchObject({ isOpen: false });
  expect(await closeLeftSessions(deps)).toBe(0);
});

test('one whose end was stored a moment ago is left to the worker that stored it', async () => {
  const { world, deps, ended } = await leftSession();
  expect(await closeLeftSessions({ ...deps, clock: { ...deps.clock, now: () => ended } })).toBe(0);
  expect(world.store.worktrees.size).toBe(1);
});

test('one of another host, and one whose attempt runs, are left alone', async () => {
  const { world, deps } = await leftSession();
  expect(await closeLeftSessions({ ...deps, host: 'other' })).toBe(0);
  const running = await worldDyingAt('agentRuns.end');
  expect(await closeLeftSessions({ ...deps, ...running.repositories, store: running.store })).toBe(0);
  expect([world.store.worktrees.size, running.store.worktrees.size]).toEqual([1, 1]);
});
