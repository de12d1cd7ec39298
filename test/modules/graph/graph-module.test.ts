import { describe, expect, test } from '@jest/globals';
import type { GraphPage } from '../../../src/domain/activities.js';
import type { GraphTask } from '../../../src/domain/graph.js';
import { parsePlan } from '../../../src/domain/plan.js';
import { createGraphModule, type GraphModule } from '../../../src/modules/graph/graph-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { Journal, watched } from '../../support/stand-ins/journal.js';

async function graphWorld(tasks: readonly Record<string, unknown>[], ids = ['wf']) {
  const repositories = memoryRepositories();
  await repositories.projects.add({ id: 'p', name: 'p', source: '/p', defaultBranch: 'main', store: 'git', head: 'h', warnings: [] });
  const plan = parsePlan({ version: 1, name: 'a plan', maxParallel: 7, tasks });
  for (const id of ids) await repositories.workflows.accept({ id, projectId: 'p', plan, base: 'h' });
  const journal = new Journal();
  const graphs = createGraphModule({ workflows: watched(journal, 'workflows', repositories.workflows, ['find']) });
  return { repositories, graphs, journal };
}

async function allPages(graphs: GraphModule, workflowId = 'wf'): Promise<GraphPage[]> {
  const pages: GraphPage[] = [];
  for (let from: number | undefined = 0; from !== undefined; from = pages.at(-1)?.next) pages.push(await graphs.load({ workflowId, from }));
  return pages;
}

const many = (count: number, title = 'A title of usual length for a task') =>
  Array.from({ length: count }, (_, n) => ({ id: `task-${n}`, title, needs: n > 0 ? [`task-${n - 1}`] : [] }));

describe('a graph that is loaded', () => {
  test('marks its workflow as begun, once', async () => {
    const { graphs, repositories } = await graphWorld([{ id: 'a' }]);
    await graphs.load({ workflowId: 'wf', from: 0 });
    await graphs.load({ workflowId: 'wf', from: 0 });
    expect(await repositories.workflows.find('wf')).toMatchObject({ status: 'running' });
    const events = await repositories.events.list({ workflowId: 'wf', after: 0, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['workflow-accepted', 'workflow-started']);
  });

  test('small enough comes on one page', async () => {
    const { graphs } = await graphWorld([{ id: 'a' }, { id: 'b', needs: ['a'], run: ['true'] }]);
    const page = await graphs.load({ workflowId: 'wf', from: 0 });
    expect(page).toMatchObject({
      isOpen: true,
      maxParallel: 7,
      tasks: [
        { id: 'a', isGate: true },
        { id: 'b', needs: [0], isGate: false },
      ],
    });
    expect(page).not.toHaveProperty('next');
  });

  test('comes in pages below 64 KB, every task once and in order', async () => {
    const { graphs } = await graphWorld(many(1_000));
    const pages = await allPages(graphs);
    expect(pages.length).toBeGreaterThan(2);
    expect(Math.max(...pages.map((page) => Buffer.byteLength(JSON.stringify(page))))).toBeLessThan(64 * 1024);
    const tasks: GraphTask[] = pages.flatMap((page) => [...page.tasks]);
    expect(tasks.map(({ id }) => id)).toEqual(many(1_000).map(({ id }) => id));
    expect(tasks.map(({ needs }) => needs)).toEqual(many(1_000).map((_, n) => (n > 0 ? [n - 1] : [])));
  });

  test('in any writing: titles that need three bytes a letter keep pages below 64 KB too', async () => {
    const { graphs } = await graphWorld(many(1_000, '設'.repeat(200)));
    const sizes = (await allPages(graphs)).map((page) => Buffer.byteLength(JSON.stringify(page)));
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
  });

  test('gives large tasks a page each', async () => {
    const paths = Array.from({ length: 330 }, (_, n) => `${'p'.repeat(90)}${n}`);
    const { graphs } = await graphWorld(['a', 'b'].map((id) => ({ id, paths })));
    expect((await allPages(graphs)).map(({ tasks }) => tasks.map(({ id }) => id))).toEqual([['a'], ['b']]);
  });

  test('is read once for all its pages, and again when many others came between', async () => {
    const others = Array.from({ length: 8 }, (_, n) => `other-${n}`);
    const { graphs, journal } = await graphWorld(many(1_000), ['wf', ...others]);
    await allPages(graphs);
    expect(journal.calls).toEqual(['workflows.find']);
    for (const id of others) await graphs.load({ workflowId: id, from: 0 });
    await graphs.load({ workflowId: 'wf', from: 0 });
    expect(journal.calls).toHaveLength(10);
  });

  test('of a workflow that was cancelled before it began holds nothing to run', async () => {
    const { graphs, repositories } = await graphWorld([{ id: 'a' }]);
    await repositories.workflows.cancelPending('wf', 'not wanted');
    expect(await graphs.load({ workflowId: 'wf', from: 0 })).toEqual({ isOpen: false, maxParallel: 1, tasks: [] });
    expect(await repositories.workflows.find('wf')).toMatchObject({ status: 'cancelled' });
  });

  test('of a workflow that is not there is not found', async () => {
    const { graphs } = await graphWorld([{ id: 'a' }]);
    await expect(graphs.load({ workflowId: 'nowhere', from: 0 })).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('what only the graph knows is recorded, each change once', async () => {
  const { graphs, repositories } = await graphWorld([{ id: 'a' }]);
  await graphs.load({ workflowId: 'wf', from: 0 });
  const skipped = { seq: 4, taskId: 'a', status: 'skipped', attempt: 0 } as const;
  const change = { workflowId: 'wf', steps: [skipped], workflow: { seq: 5, status: 'failed' } as const };
  await graphs.record(change);
  await graphs.record(change);
  expect(await repositories.workflows.find('wf')).toMatchObject({ status: 'failed' });
  const events = await repositories.events.list({ workflowId: 'wf', after: 2, limit: 10 });
  expect(events.map(({ type }) => type)).toEqual(['step-skipped', 'workflow-failed']);
});
