import { describe, expect, test } from '@jest/globals';
import type { WorkflowFilter, WorkflowSummary } from '../../../src/ports/workflow-repository.js';
import type { Repositories } from '../../support/repositories.js';
import { accepted, newProject, nextMillisecond, type Open } from './fixtures.js';

export function describeWorkflowLists(open: Open): void {
  describe('lists of workflows', () => {
    test('pages run from the newest to the oldest, each workflow once', async () => {
      const repositories = open();
      const { projectId, ids } = await someWorkflows(repositories, 7);
      const listed = await allPages(repositories, { projectId, limit: 3 });
      expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids));
      expect(listed).toHaveLength(7);
      expect(listed).toEqual([...listed].sort(newestFirst));
    });

    test('a page shows counts and no plan, as the summary does', async () => {
      const repositories = open();
      const { projectId, ids } = await someWorkflows(repositories, 1);
      const { items, next } = await repositories.workflows.list({ projectId, limit: 10 });
      const counts = { pending: 3, running: 0, waiting: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0 };
      expect(items).toMatchObject([{ id: ids[0], counts, waitingFor: [] }]);
      expect(items[0]).not.toHaveProperty('plan');
      expect(items[0]).toEqual(await repositories.workflows.summary(ids[0] as string));
      expect(next).toBeUndefined();
    });

    test('a page that is exactly full has none after it', async () => {
      const repositories = open();
      const { projectId } = await someWorkflows(repositories, 2);
      expect(await repositories.workflows.list({ projectId, limit: 2 })).not.toHaveProperty('next');
      expect(await repositories.workflows.list({ projectId, limit: 1 })).toHaveProperty('next');
    });

    test('status and project narrow the list together', async () => {
      const repositories = open();
      const { projectId, ids } = await someWorkflows(repositories, 3);
      await someWorkflows(repositories, 1);
      await repositories.workflows.start(ids[1] as string, 1);
      const running = await repositories.workflows.list({ projectId, status: 'running', limit: 10 });
      expect(running.items.map(({ id }) => id)).toEqual([ids[1]]);
      const pending = await allPages(repositories, { projectId, status: 'pending', limit: 1 });
      expect(new Set(pending.map(({ id }) => id))).toEqual(new Set([ids[0], ids[2]]));
    });

    test('a workflow accepted meanwhile does not shift the pages', async () => {
      const repositories = open();
      const { projectId, ids } = await someWorkflows(repositories, 4);
      const first = await repositories.workflows.list({ projectId, limit: 2 });
      await nextMillisecond();
      const newer = await accepted(repositories, { projectId });
      const second = await repositories.workflows.list({ projectId, limit: 2, cursor: first.next as string });
      const shown = [...first.items, ...second.items].map(({ id }) => id).filter((id) => id !== newer.id);
      expect(new Set(shown)).toEqual(new Set(ids));
    });

    test.each(['', 'nonsense', Buffer.from('12 a b').toString('base64url')])(
      'the cursor %j, which no page gave, is refused',
      async (cursor) => {
        await expect(open().workflows.list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'wrong-cursor' });
      },
    );

    test('ids in a status come oldest first, as many as asked', async () => {
      const repositories = open();
      const { ids } = await someWorkflows(repositories, 3);
      await Promise.all(ids.map((id) => repositories.workflows.record(id, [], { seq: 1, status: 'paused' })));
      const paused = await repositories.workflows.idsIn('paused', 1_000);
      expect(paused.filter((id) => ids.includes(id))).toHaveLength(3);
      expect(await repositories.workflows.idsIn('paused', 2)).toEqual(paused.slice(0, 2));
      const times = await Promise.all(paused.map(async (id) => (await repositories.workflows.find(id))?.createdAt.getTime() as number));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });
  });
}

async function someWorkflows(repositories: Repositories, count: number): Promise<{ projectId: string; ids: string[] }> {
  const { project } = await repositories.projects.add(newProject());
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await accepted(repositories, { projectId: project.id })).id);
  return { projectId: project.id, ids };
}

async function allPages({ workflows }: Repositories, filter: WorkflowFilter): Promise<WorkflowSummary[]> {
  const page = await workflows.list(filter);
  return [...page.items, ...(page.next ? await allPages({ workflows } as Repositories, { ...filter, cursor: page.next }) : [])];
}

function newestFirst(a: WorkflowSummary, b: WorkflowSummary): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
}
