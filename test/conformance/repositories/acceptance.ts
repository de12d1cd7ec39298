import { describe, expect, test } from '@jest/globals';
import { accepted, anId, aPlan, BASE, eventsOf, newProject, newWorkflow, type Open } from './fixtures.js';

export function describeAcceptance(open: Open): void {
  describe('accepting a workflow', () => {
    test('it is pending, with one pending step a task in the order of the plan, and one event', async () => {
      const repositories = open();
      const given = await newWorkflow(repositories, { plan: aPlan('zeta', 'alpha', 'mid') });
      const { workflow, isNew } = await repositories.workflows.accept(given);
      const { id, projectId, plan } = given;
      expect(isNew).toBe(true);
      const expected = { id, projectId, name: 'a plan', status: 'pending', plan, base: BASE, landing: 'none', createdAt: expect.any(Date) };
      expect(workflow).toEqual(expected);
      expect(await repositories.workflows.find(id)).toEqual(workflow);
      const step = { workflowId: id, status: 'pending', attempt: 0 };
      expect(await repositories.steps.list(id)).toEqual(plan.tasks.map((task, position) => ({ ...step, taskId: task.id, position, task })));
      expect(await eventsOf(repositories, id)).toEqual([
        {
          id: expect.any(Number),
          at: expect.any(Date),
          type: 'workflow-accepted',
          workflowId: id,
          data: { name: 'a plan', projectId, tasks: 3 },
        },
      ]);
    });

    test('the same acceptance repeated changes nothing', async () => {
      const repositories = open();
      const given = await newWorkflow(repositories);
      const { workflow } = await repositories.workflows.accept(given);
      expect(await repositories.workflows.accept(given)).toEqual({ workflow, isNew: false });
      expect(await eventsOf(repositories, given.id)).toHaveLength(1);
    });

    test('a project that is not there is refused, and nothing is kept', async () => {
      const repositories = open();
      const given = await newWorkflow(repositories, { projectId: anId() });
      await expect(repositories.workflows.accept(given)).rejects.toMatchObject({ code: 'not-found', details: { what: 'project' } });
      expect(await repositories.workflows.find(given.id)).toBeUndefined();
      expect(await eventsOf(repositories, given.id)).toEqual([]);
    });

    test('a key that the project has seen gives the workflow of then', async () => {
      const repositories = open();
      const idempotency = { key: 'k', bodyHash: 'h' };
      const first = await accepted(repositories, { idempotency });
      const again = await newWorkflow(repositories, { projectId: first.projectId, idempotency });
      expect(await repositories.workflows.accept(again)).toEqual({ workflow: first, isNew: false });
      expect(await repositories.workflows.findByKey(first.projectId, 'k')).toEqual({ workflow: first, bodyHash: 'h' });
      expect(await repositories.workflows.find(again.id)).toBeUndefined();
    });

    test('the same key with another body is refused', async () => {
      const repositories = open();
      const { projectId } = await accepted(repositories, { idempotency: { key: 'k', bodyHash: 'h' } });
      const other = await newWorkflow(repositories, { projectId, idempotency: { key: 'k', bodyHash: 'other' } });
      await expect(repositories.workflows.accept(other)).rejects.toMatchObject({ code: 'idempotency-conflict', kind: 'rejected' });
    });

    test('a key counts within its project', async () => {
      const repositories = open();
      const { id, projectId } = await accepted(repositories, { idempotency: { key: 'k', bodyHash: 'h' } });
      const { project } = await repositories.projects.add(newProject());
      expect(await repositories.workflows.findByKey(project.id, 'k')).toBeUndefined();
      expect((await accepted(repositories, { projectId: project.id, idempotency: { key: 'k', bodyHash: 'h' } })).id).not.toBe(id);
      expect(await repositories.workflows.findByKey(projectId, 'other key')).toBeUndefined();
    });

    test('of many acceptances with one key at once, one makes the workflow and all get it; other bodies are refused', async () => {
      const repositories = open();
      const { project } = await repositories.projects.add(newProject());
      const accept = async (bodyHash: string) =>
        repositories.workflows.accept(await newWorkflow(repositories, { projectId: project.id, idempotency: { key: 'k', bodyHash } }));
      const same = await Promise.all(Array.from({ length: 10 }, () => accept('h')));
      expect(same.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(same.map(({ workflow }) => workflow.id)).size).toBe(1);
      const others = await Promise.allSettled(['x', 'y', 'h'].map(accept));
      expect(others.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    });

    test('ten thousand tasks are accepted, moved and counted', async () => {
      const repositories = open();
      const ids = Array.from({ length: 10_000 }, (_, index) => `task-${index}`);
      const { id } = await accepted(repositories, { plan: aPlan(...ids) });
      const changes = ids.map((taskId, index) => ({ seq: index + 2, taskId, status: 'skipped' as const, attempt: 0 }));
      await repositories.workflows.record(id, changes, { seq: 10_002, status: 'failed', reason: 'stopped' });
      const summary = await repositories.workflows.summary(id);
      expect(summary).toMatchObject({ status: 'failed', reason: 'stopped', counts: { pending: 0, skipped: 10_000 } });
      const told = await repositories.events.list({ workflowId: id, after: 0, limit: 20_000 });
      expect(told.map(({ type }) => type)).toEqual(['workflow-accepted', ...ids.map(() => 'step-skipped'), 'workflow-failed']);
      expect(told.slice(1, -1).map(({ taskId }) => taskId)).toEqual(ids);
    }, 60_000);
  });
}
