import { describe, expect, test } from '@jest/globals';
import { aPlan } from '../../support/builders/a-plan.js';
import { acceptWorld } from './workflow-world.js';

/** A workflow that Temporal has and that has begun. */
async function running() {
  const world = await acceptWorld();
  const { workflow, started } = await world.accept(aPlan());
  await started;
  await world.repositories.workflows.start(workflow.id, 1);
  return { ...world, id: workflow.id };
}

describe('cancelling a workflow', () => {
  test('that never began ends it in the database, without a word to Temporal', async () => {
    const { accept, engine, module, repositories, journal } = await acceptWorld();
    engine.isAway = true;
    const { workflow } = await accept(aPlan({ tasks: 'a -> b' }));
    await module.cancel(workflow.id, 'not wanted');
    expect(await repositories.workflows.find(workflow.id)).toMatchObject({ status: 'cancelled', reason: 'not wanted' });
    expect((await repositories.steps.list(workflow.id)).map(({ status }) => status)).toEqual(['skipped', 'skipped']);
    expect(journal.calls).not.toContain('engine.cancel');
  });

  test('that runs asks Temporal, and leaves the rows to the graph', async () => {
    const { id, module, engine, statusOf } = await running();
    await module.cancel(id, 'changed my mind');
    expect(engine.cancelled).toEqual([{ workflowId: id, reason: 'changed my mind' }]);
    expect(await statusOf(id)).toBe('running');
  });

  test('that begins at this very moment asks Temporal', async () => {
    const { accept, module, engine, journal, repositories } = await acceptWorld();
    const { workflow, started } = await accept(aPlan());
    await started;
    journal.before('workflows.cancelPending', async () => void (await repositories.workflows.start(workflow.id, 1)));
    await module.cancel(workflow.id, 'just in time');
    expect(engine.cancelled).toEqual([{ workflowId: workflow.id, reason: 'just in time' }]);
  });

  test('twice is harmless', async () => {
    const { accept, engine, module, statusOf } = await acceptWorld();
    engine.isAway = true;
    const { workflow } = await accept(aPlan());
    await module.cancel(workflow.id, 'once');
    await module.cancel(workflow.id, 'twice');
    expect(await statusOf(workflow.id)).toBe('cancelled');
  });

  test.each(['completed', 'failed'] as const)('that is %s is refused', async (status) => {
    const { id, module, repositories, engine } = await running();
    await repositories.workflows.record(id, [], { seq: 9, status });
    await expect(module.cancel(id, 'too late')).rejects.toMatchObject({ code: 'wrong-state', kind: 'rejected' });
    expect(engine.cancelled).toEqual([]);
  });

  test('that is not there is not found', async () => {
    const { module } = await acceptWorld();
    await expect(module.cancel('nowhere', 'why not')).rejects.toMatchObject({ code: 'not-found', details: { what: 'workflow' } });
  });

  test('while Temporal is away says so: the wish would be forgotten', async () => {
    const { id, module, engine } = await running();
    engine.isAway = true;
    await expect(module.cancel(id, 'now')).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('that Temporal does not have any more ends its rows in the database', async () => {
    const { id, module, engine, repositories, statusOf } = await running();
    engine.runs.set(id, 'ended');
    await module.cancel(id, 'terminated by hand');
    expect(await statusOf(id)).toBe('cancelled');
    expect((await repositories.steps.list(id)).map(({ status }) => status)).toEqual(['skipped']);
  });

  test('that has just ended by itself stays as it ended', async () => {
    const { id, module, engine, journal, repositories, statusOf } = await running();
    journal.before('engine.cancel', async () => {
      engine.runs.set(id, 'ended');
      await repositories.workflows.record(id, [{ seq: 5, taskId: 'a', status: 'failed', attempt: 1 }], { seq: 6, status: 'failed' });
    });
    await module.cancel(id, 'too late');
    expect(await statusOf(id)).toBe('failed');
  });
});
