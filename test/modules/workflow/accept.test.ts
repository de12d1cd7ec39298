import { describe, expect, test } from '@jest/globals';
import { bug } from '../../../src/domain/errors.js';
import { aPlan } from '../../support/builders/a-plan.js';
import { acceptWorld } from './workflow-world.js';

describe('a plan that is accepted', () => {
  test('becomes a pending workflow on the source as it is now, and is started', async () => {
    const { accept, store, engine, repositories, journal } = await acceptWorld();
    const newer = store.root({ readme: 'newer' });
    store.sources.set('/source', newer);
    const { workflow, isNew, started } = await accept(aPlan({ tasks: 'a -> b' }));
    expect({ workflow, isNew }).toMatchObject({ workflow: { status: 'pending', base: newer, projectId: 'p' }, isNew: true });
    expect(await started).toBe('started');
    expect(engine.started).toEqual([{ workflowId: workflow.id, projectId: 'p', title: 'a-plan' }]);
    expect(await store.integrationHead({ workflowId: workflow.id })).toBe(newer);
    expect(await repositories.projects.find('p')).toMatchObject({ head: newer });
    expect(journal.calls).toEqual(['store.fetchSource', 'projects.sawHead', 'workflows.accept', 'store.openWorkflow', 'engine.start']);
  });

  test('is answered before it is started, so that a slow start delays nobody', async () => {
    const { accept, journal } = await acceptWorld();
    let letGo: () => void = () => undefined;
    journal.before('engine.start', () => new Promise((resolve) => (letGo = resolve)));
    const { workflow, started } = await accept(aPlan());
    expect(workflow.status).toBe('pending');
    while (!journal.calls.includes('engine.start')) await Promise.resolve();
    letGo();
    expect(await started).toBe('started');
  });
});

describe('a plan is refused before anything is fetched or stored', () => {
  test.each([
    ['that is no plan', {}, 'plan-refused', 'version'],
    ['whose tasks need each other', aPlan({ tasks: 'a -> b, b -> a' }), 'plan-refused', 'tasks'],
    ['with an agent that is not here', aPlan({ tasks: [{ id: 'a', prompt: 'do it' }] }), 'agent-unavailable', 'tasks[0].agent'],
    ['with a budget', aPlan({ budget: { usd: 5 } }), 'plan-refused', 'budget'],
    ['that lands by itself', aPlan({ land: 'auto' }), 'plan-refused', 'land'],
    ['with checks of its own', aPlan({ checks: ['true'] }), 'plan-refused', 'checks'],
    ['with a task to be approved', aPlan({ tasks: [{ id: 'a', approve: true }] }), 'plan-refused', 'tasks[0].approve'],
    ['with a task to be checked again', aPlan({ tasks: [{ id: 'a' }, { id: 'b', recheck: true }] }), 'plan-refused', 'tasks[1].recheck'],
  ])('one %s', async (_, plan, code, path) => {
    const { accept, journal, repositories } = await acceptWorld();
    const refusal: unknown = await accept(plan).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, kind: 'rejected', details: { errors: expect.arrayContaining([expect.objectContaining({})]) } });
    const { errors } = (refusal as { details: { errors: { path: string }[] } }).details;
    expect(errors.map((issue) => issue.path)).toContainEqual(expect.stringContaining(path));
    expect(journal.calls).toEqual([]);
    expect((await repositories.workflows.list({ limit: 10 })).items).toEqual([]);
  });

  test('with all that this version does not do named at once', async () => {
    const { accept } = await acceptWorld();
    const plan = aPlan({ land: 'auto', checks: ['true'], tasks: [{ id: 'a', approve: true, recheck: true }] });
    await expect(accept(plan)).rejects.toMatchObject({
      details: { errors: [{ path: 'land' }, { path: 'checks' }, { path: 'tasks[0].approve' }, { path: 'tasks[0].recheck' }] },
    });
  });

  test('when its project is not there', async () => {
    const { module } = await acceptWorld();
    await expect(module.accept({ projectId: 'q', plan: aPlan() })).rejects.toMatchObject({
      code: 'not-found',
      details: { what: 'project' },
    });
  });
});

test('a source that cannot be read accepts nothing', async () => {
  const { accept, store, repositories } = await acceptWorld();
  store.sources.clear();
  await expect(accept(aPlan())).rejects.toMatchObject({ code: 'unavailable' });
  expect((await repositories.workflows.list({ limit: 10 })).items).toEqual([]);
});

describe('the same request with the same key', () => {
  test('is the workflow of then, also when the source is away by now', async () => {
    const { accept, store, engine } = await acceptWorld();
    const once = await accept(aPlan(), 'k');
    await once.started;
    store.sources.clear();
    const again = await accept(aPlan(), 'k');
    expect(again).toMatchObject({ workflow: { id: once.workflow.id }, isNew: false });
    expect(await again.started).toBe('already');
    expect(engine.started).toHaveLength(1);
  });

  test('ten times at once makes and starts one workflow', async () => {
    const { accept, engine, repositories } = await acceptWorld();
    const answers = await Promise.all(Array.from({ length: 10 }, () => accept(aPlan(), 'k')));
    await Promise.all(answers.map(({ started }) => started));
    expect(new Set(answers.map(({ workflow }) => workflow.id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(engine.started).toHaveLength(1);
    expect((await repositories.workflows.list({ limit: 20 })).items).toHaveLength(1);
  });

  test('overtaken by its twin, which has begun by now, starts nothing', async () => {
    const { accept, journal, repositories } = await acceptWorld();
    journal.before('workflows.accept', async () => {
      const twin = await accept(aPlan(), 'k');
      await twin.started;
      await repositories.workflows.start(twin.workflow.id, 1);
    });
    const { isNew, started } = await accept(aPlan(), 'k');
    expect({ isNew, started: await started }).toEqual({ isNew: false, started: 'already' });
    expect(journal.calls.filter((call) => call === 'engine.start')).toHaveLength(1);
  });

  test('with another body is refused', async () => {
    const { accept } = await acceptWorld();
    await accept(aPlan(), 'k');
    await expect(accept(aPlan({ name: 'other' }), 'k')).rejects.toMatchObject({ code: 'idempotency-conflict', kind: 'rejected' });
  });

  test('no key: twice asked is twice done', async () => {
    const { accept } = await acceptWorld();
    const [one, two] = [await accept(aPlan()), await accept(aPlan())];
    expect(one.workflow.id).not.toBe(two.workflow.id);
  });
});

describe('when a part is away', () => {
  test('the workflow is accepted and stays pending, and is started when the part is back', async () => {
    const { accept, engine, module, statusOf } = await acceptWorld();
    engine.isAway = true;
    const { workflow, isNew, started } = await accept(aPlan());
    expect({ isNew, started: await started, status: await statusOf(workflow.id) }).toEqual({
      isNew: true,
      started: 'later',
      status: 'pending',
    });
    expect(await module.startPending()).toEqual(['later']);
    engine.isAway = false;
    expect(await module.startPending()).toEqual(['started']);
    expect(engine.started.map(({ workflowId }) => workflowId)).toEqual([workflow.id]);
  });

  test('starting what was started is harmless: Temporal has it once', async () => {
    const { accept, module, engine } = await acceptWorld();
    await (await accept(aPlan())).started;
    await module.startPending();
    expect(engine.started).toHaveLength(1);
  });

  test('what has begun or was cancelled is not started', async () => {
    const { accept, module, engine, repositories } = await acceptWorld();
    engine.isAway = true;
    const [begun, cancelled] = [(await accept(aPlan())).workflow.id, (await accept(aPlan())).workflow.id];
    await repositories.workflows.start(begun, 1);
    await module.cancel(cancelled, 'not wanted');
    engine.isAway = false;
    expect(await module.startPending()).toEqual([]);
    expect(engine.started).toEqual([]);
  });

  test('one that cannot be started holds up none of those after it, and its error is not hidden', async () => {
    const { accept, module, engine, store, statusOf } = await acceptWorld();
    engine.isAway = true;
    const [broken, fine] = [(await accept(aPlan())).workflow.id, (await accept(aPlan())).workflow.id];
    engine.isAway = false;
    const openWorkflow = store.openWorkflow.bind(store);
    store.openWorkflow = async (request) => {
      if (request.workflowId === broken) throw bug('its base is gone');
      await openWorkflow(request);
    };
    await expect(module.startPending()).rejects.toMatchObject({ message: 'its base is gone' });
    expect(engine.started.map(({ workflowId }) => workflowId)).toEqual([fine]);
    expect(await statusOf(broken)).toBe('pending');
  });
});
