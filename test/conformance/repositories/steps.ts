import { describe, expect, test } from '@jest/globals';
import { aClaim, accepted, anId, COMMIT, eventsOf, type Open, told } from './fixtures.js';

const HEAD = 'd'.repeat(40);

export function describeSteps(open: Open): void {
  describe('completing a step', () => {
    test('it has its commit, and both the merge and the completion are told', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      const completion = { workflowId: id, taskId: 'a', attempt: 1, seq: 3, commit: COMMIT, integrated: HEAD };
      await repositories.steps.complete(completion);
      const step = await repositories.steps.find(id, 'a');
      expect(step).toMatchObject({ status: 'completed', commit: COMMIT, endedAt: expect.any(Date) });
      expect((await eventsOf(repositories, id)).slice(3)).toMatchObject([
        { type: 'step-integrated', taskId: 'a', attempt: 1, data: { commit: COMMIT, head: HEAD } },
        { type: 'step-completed', taskId: 'a', attempt: 1, data: { commit: COMMIT } },
      ]);
      await repositories.steps.complete(completion);
      expect(await repositories.steps.find(id, 'a')).toEqual(step);
      expect(await eventsOf(repositories, id)).toHaveLength(5);
    });

    test('without a change there is neither commit nor merge', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      await repositories.steps.complete({ workflowId: id, taskId: 'a', attempt: 1, seq: 3 });
      expect(await repositories.steps.find(id, 'a')).not.toHaveProperty('commit');
      expect((await told(repositories, id)).slice(2)).toEqual(['step-completed a']);
    });

    test('one that comes late, after the graph went on, changes nothing', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      await repositories.workflows.record(id, [{ seq: 4, taskId: 'a', status: 'pending', attempt: 1 }]);
      await repositories.steps.complete({ workflowId: id, taskId: 'a', attempt: 1, seq: 3, commit: COMMIT });
      await repositories.agentRuns.claim(aClaim(id, { attempt: 2, seq: 5 }));
      await repositories.steps.complete({ workflowId: id, taskId: 'a', attempt: 1, seq: 99, commit: COMMIT });
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ status: 'running', attempt: 2 });
      expect(await told(repositories, id)).not.toContain('step-completed a');
    });

    test('of many at once one is told', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      const completion = { workflowId: id, taskId: 'a', attempt: 1, seq: 3, commit: COMMIT };
      await Promise.all(Array.from({ length: 10 }, () => repositories.steps.complete(completion)));
      expect((await told(repositories, id)).slice(2)).toEqual(['step-completed a']);
    });

    test('a step that is not there is not found', async () => {
      const { steps } = open();
      const completion = { workflowId: anId(), taskId: 'a', attempt: 1, seq: 3 };
      await expect(steps.complete(completion)).rejects.toMatchObject({ code: 'not-found', details: { what: 'step' } });
      expect(await steps.find(anId(), 'a')).toBeUndefined();
      expect(await steps.list(anId())).toEqual([]);
    });
  });
}
