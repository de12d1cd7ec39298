import { describe, expect, test } from '@jest/globals';
import { parsePlan } from '../../../src/domain/plan.js';
import { createStudioModule } from '../../../src/modules/studio/studio-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { MemoryLog } from '../../support/stand-ins/memory-log.js';
import { MemoryStore } from '../../support/stand-ins/memory-store.js';

async function studioWorld() {
  const repositories = memoryRepositories();
  const [store, log] = [new MemoryStore(), new MemoryLog()];
  const base = store.root({ readme: 'hello' });
  await repositories.projects.add({ id: 'p', name: 'p', source: '/p', defaultBranch: 'main', store: 'git', head: base, warnings: [] });
  const plan = parsePlan({ version: 1, name: 'a plan', tasks: [{ id: 'a' }, { id: 'b' }] });
  await repositories.workflows.accept({ id: 'wf', projectId: 'p', plan, base });
  const write = async (attempt: number, text: string) => {
    const writer = await log.open({ workflowId: 'wf', taskId: 'a', attempt }, 1);
    await writer.write(Buffer.from(text));
    await writer.close();
  };
  return { repositories, store, base, write, studio: createStudioModule({ ...repositories, store, log }) };
}

describe('what is not there is not found:', () => {
  test.each([
    ['a project', 'project', (studio: Studio) => studio.project('nowhere')],
    ['a workflow', 'workflow', (studio: Studio) => studio.workflow('nowhere')],
    ['the steps of a workflow', 'workflow', (studio: Studio) => studio.steps('nowhere')],
    ['a step of a workflow that is there', 'step', (studio: Studio) => studio.step('wf', 'c')],
    ['a step', 'step', (studio: Studio) => studio.step('nowhere', 'a')],
    ['the log of a step', 'step', (studio: Studio) => studio.log('wf', 'c', {})],
  ])('%s', async (_, what, ask) => {
    const { studio } = await studioWorld();
    await expect(ask(studio)).rejects.toMatchObject({ code: 'not-found', kind: 'rejected', details: { what } });
  });
});

describe('a workflow', () => {
  test('is shown with the head of its integration branch', async () => {
    const { studio, store, base } = await studioWorld();
    const head = store.root({ readme: 'merged' });
    await store.openWorkflow({ workflowId: 'wf', base: head });
    expect(await studio.workflow('wf')).toMatchObject({
      ...{ id: 'wf', name: 'a plan', status: 'pending', base },
      counts: { pending: 2 },
      integration: { branch: 'perennial/wf/integration', head },
    });
  });

  test('whose branch is not made yet stands at its base', async () => {
    const { studio, base } = await studioWorld();
    expect((await studio.workflow('wf')).integration.head).toBe(base);
  });

  test('is listed with its project and its steps', async () => {
    const { studio } = await studioWorld();
    expect((await studio.workflows({ limit: 10 })).items.map(({ id }) => id)).toEqual(['wf']);
    expect((await studio.projects()).map(({ id }) => id)).toEqual(['p']);
    expect((await studio.project('p')).name).toBe('p');
    expect((await studio.steps('wf')).map(({ taskId }) => taskId)).toEqual(['a', 'b']);
    expect((await studio.events({ workflowId: 'wf', after: 0, limit: 10 })).map(({ type }) => type)).toEqual(['workflow-accepted']);
  });
});

describe('a step', () => {
  test('is shown with all its runs, oldest first', async () => {
    const { studio, repositories } = await studioWorld();
    const claim = { workflowId: 'wf', taskId: 'a', attempt: 1, seq: 2, agent: 'script', host: 'host', taskToken: 't', handedOutAt: 1 };
    for (const worker of ['host:1:1', 'host:2:1']) await repositories.agentRuns.claim({ ...claim, worker });
    const { step, runs } = await studio.step('wf', 'a');
    expect(step).toMatchObject({ taskId: 'a', status: 'running', attempt: 1 });
    expect(runs.map(({ epoch, status }) => `${epoch} ${status}`)).toEqual(['1 lost', '2 running']);
  });

  test('shows the log of its last attempt, or of the one that is asked for', async () => {
    const { studio, repositories, write } = await studioWorld();
    await write(1, 'first');
    await write(2, 'second');
    await repositories.workflows.record('wf', [{ seq: 4, taskId: 'a', status: 'running', attempt: 2 }]);
    expect(String(Buffer.from(await studio.log('wf', 'a', {})))).toBe('second');
    expect(String(Buffer.from(await studio.log('wf', 'a', { attempt: 1 })))).toBe('first');
    expect(String(Buffer.from(await studio.log('wf', 'a', { tailBytes: 3 })))).toBe('ond');
  });

  test('has an empty log before the first byte, and before the first attempt', async () => {
    const { studio } = await studioWorld();
    expect(await studio.log('wf', 'a', {})).toEqual(new Uint8Array());
    expect(await studio.log('wf', 'a', { attempt: 5 })).toEqual(new Uint8Array());
  });
});

type Studio = Awaited<ReturnType<typeof studioWorld>>['studio'];
