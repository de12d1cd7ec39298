import { describe, expect, test } from '@jest/globals';
import { parsePlan } from '../../../src/domain/plan.js';
import { createRadicleModule } from '../../../src/modules/radicle/radicle-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { HeldClock } from '../../support/stand-ins/held-clock.js';
import { Crash, type Fault, Journal, watched } from '../../support/stand-ins/journal.js';
import { MemoryStore } from '../../support/stand-ins/memory-store.js';
import type { Files } from '../../support/stand-ins/memory-trees.js';

/** A workflow with steps `a` and `b`, both begun on the same base. */
async function finishWorld() {
  const repositories = memoryRepositories();
  const [store, clock] = [new MemoryStore(), new HeldClock()];
  const base = store.root({ readme: 'hello' });
  await repositories.projects.add({ id: 'p', name: 'p', source: '/p', defaultBranch: 'main', store: 'git', head: base, warnings: [] });
  const tasks = ['a', 'b'].map((id) => ({ id, title: `Do ${id}`, run: ['true'] }));
  await repositories.workflows.accept({ id: 'wf', projectId: 'p', plan: parsePlan({ version: 1, name: 'a plan', tasks }), base });
  await store.openWorkflow({ workflowId: 'wf', base });

  const begin = async (taskId: string, seq: number, attempt = 1) => {
    await repositories.workflows.record('wf', [{ seq, taskId, attempt, status: 'running' }]);
    const place = { host: 'host', worktree: '/w', branch: 'b', base, head: base };
    await repositories.sessions.save({ workflowId: 'wf', taskId, attempt, ...place, isOpen: false });
  };
  await begin('a', 2);
  await begin('b', 4);

  function life(fault?: Fault) {
    const journal = new Journal(fault);
    const module = createRadicleModule({
      steps: watched(journal, 'steps', repositories.steps, ['find', 'complete']),
      sessions: watched(journal, 'sessions', repositories.sessions, ['find']),
      store: watched(journal, 'store', store, ['commit', 'integrate']),
      clock,
    });
    const finish = (taskId: string, files: Files, given: { seq?: number; attempt?: number } = {}) => {
      const tree = store.trees.addTree({ readme: 'hello', ...files });
      return module.finish({ projectId: 'p', workflowId: 'wf', taskId, attempt: 1, seq: taskId === 'a' ? 2 : 4, tree, ...given });
    };
    return { journal, finish };
  }
  const told = async () =>
    (await repositories.events.list({ workflowId: 'wf', after: 0, limit: 100 }))
      .map(({ type }) => type)
      .filter((type) => /(integrated|completed)$/.test(type));
  const integrated = async () => store.filesAt((await store.integrationHead({ workflowId: 'wf' })) as string);
  return { repositories, store, clock, base, begin, life, told, integrated };
}

describe('finishing an attempt', () => {
  test('commits, then integrates, then completes the step', async () => {
    const world = await finishWorld();
    const { finish, journal } = world.life();
    const outcome = await finish('a', { x: '1' });
    expect(journal.calls).toEqual(['steps.find', 'sessions.find', 'store.commit', 'store.integrate', 'steps.complete']);
    expect(outcome).toEqual({ kind: 'completed', commit: expect.any(String) });
    expect(await world.integrated()).toEqual({ readme: 'hello', x: '1' });
    const commit = outcome.kind === 'completed' ? outcome.commit : undefined;
    expect(await world.repositories.steps.find('wf', 'a')).toMatchObject({ status: 'completed', commit });
    expect(await world.told()).toEqual(['step-integrated', 'step-completed']);
  });

  test('the commit has the title and agent of its task, and the time at which the step began', async () => {
    const world = await finishWorld();
    const { startedAt } = (await world.repositories.steps.find('wf', 'a')) ?? {};
    const outcome = await world.life().finish('a', { x: '1' });
    const { message } = world.store.trees.commit((outcome as { commit: string }).commit);
    expect(message).toBe(`Do a by script at ${startedAt?.toISOString()} for wf/a.1`);
  });

  test('nothing was changed: no commit, nothing merged, and the step is completed', async () => {
    const world = await finishWorld();
    const { finish, journal } = world.life();
    expect(await finish('a', {})).toEqual({ kind: 'completed' });
    expect(journal.calls).not.toContain('store.integrate');
    const step = await world.repositories.steps.find('wf', 'a');
    expect(step).toMatchObject({ status: 'completed' });
    expect(step).not.toHaveProperty('commit');
    expect(await world.told()).toEqual(['step-completed']);
  });

  test('two steps on one base are both on the integration branch', async () => {
    const world = await finishWorld();
    await world.life().finish('a', { x: '1' });
    await world.life().finish('b', { y: '2' });
    expect(await world.integrated()).toEqual({ readme: 'hello', x: '1', y: '2' });
  });

  test('wherever the worker dies, finishing again makes nothing twice', async () => {
    for (let call = 0; call < 5; call++) {
      for (const when of ['before', 'after'] as const) {
        const world = await finishWorld();
        await expect(world.life({ call, when }).finish('a', { x: '1' })).rejects.toBeInstanceOf(Crash);
        world.clock.advance(60_000);
        const outcome = await world.life().finish('a', { x: '1' });
        const head = await world.store.integrationHead({ workflowId: 'wf' });
        expect({ call, when, outcome }).toEqual({ call, when, outcome: { kind: 'completed', commit: head } });
        expect(world.store.trees.commit(head as string).parents).toEqual([world.base]);
        expect(await world.told()).toEqual(['step-integrated', 'step-completed']);
      }
    }
  });
});

describe('work that conflicts with what was merged meanwhile', () => {
  test('ends in a conflict that names the files, and leaves step and branch as they are', async () => {
    const world = await finishWorld();
    await world.life().finish('a', { x: '1', y: '1', z: 'same' });
    const { finish, journal } = world.life();
    const outcome = await finish('b', { x: '2', y: '2', z: 'same' });
    const message = 'the work conflicts with what was merged meanwhile, in x, y';
    expect(outcome).toEqual({ kind: 'conflict', error: { code: 'conflict', message } });
    expect(journal.calls).not.toContain('steps.complete');
    expect(await world.repositories.steps.find('wf', 'b')).toMatchObject({ status: 'running' });
    expect(await world.integrated()).toMatchObject({ x: '1', y: '1' });
  });

  test('names twenty files and counts the others', async () => {
    const world = await finishWorld();
    const files = (text: string) => Object.fromEntries(Array.from({ length: 23 }, (_, n) => [`f${String(n).padStart(2, '0')}`, text]));
    await world.life().finish('a', files('1'));
    const outcome = await world.life().finish('b', files('2'));
    expect(outcome).toMatchObject({ error: { message: expect.stringMatching(/, in f00, f01, .*, f19 and 3 more$/) } });
  });
});

describe('finishing is refused', () => {
  test('for a step that is not there', async () => {
    const world = await finishWorld();
    await expect(world.life().finish('c', { x: '1' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('as a bug for an attempt that has no session', async () => {
    const world = await finishWorld();
    const { finish, journal } = world.life();
    await expect(finish('a', { x: '1' }, { attempt: 2 })).rejects.toMatchObject({ kind: 'bug' });
    expect(journal.calls).not.toContain('store.commit');
  });

  test('by the step itself when it has moved on: it stays in its newer attempt', async () => {
    const world = await finishWorld();
    await world.begin('a', 6, 2);
    await world.life().finish('a', { x: 'late' }, { attempt: 1, seq: 2 });
    expect(await world.repositories.steps.find('wf', 'a')).toMatchObject({ status: 'running', attempt: 2 });
    expect(await world.told()).toEqual([]);
  });
});
