import { describe, expect, test } from '@jest/globals';
import type { StepChange } from '../../../src/domain/outcome.js';
import { aClaim, accepted, anId, eventsOf, nextMillisecond, type Open, told } from './fixtures.js';

const ERROR = { code: 'command-failed', message: 'exit code 1: make' };

export function describeWorkflowChanges(open: Open): void {
  describe('a workflow that moves', () => {
    test('it starts once', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      expect(await repositories.workflows.start(id, 1)).toBe('running');
      const started = await repositories.workflows.find(id);
      expect(started).toMatchObject({ status: 'running', startedAt: expect.any(Date) });
      expect(await repositories.workflows.start(id, 1)).toBe('running');
      expect(await repositories.workflows.find(id)).toEqual(started);
      expect(await told(repositories, id)).toEqual(['workflow-started']);
    });

    test('of many starts at once one is told', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const statuses = await Promise.all(Array.from({ length: 10 }, () => repositories.workflows.start(id, 1)));
      expect(new Set(statuses)).toEqual(new Set(['running']));
      expect(await told(repositories, id)).toEqual(['workflow-started']);
    });

    test('cancelled before it began, it skips its steps and cannot start any more', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      expect(await repositories.workflows.cancelPending(id, 'changed my mind')).toBe(true);
      expect(await repositories.workflows.cancelPending(id, 'again')).toBe(false);
      expect(await repositories.workflows.start(id, 1)).toBe('cancelled');
      const summary = await repositories.workflows.summary(id);
      expect(summary).toMatchObject({
        status: 'cancelled',
        reason: 'changed my mind',
        endedAt: expect.any(Date),
        counts: { skipped: 3, pending: 0 },
      });
      expect(await told(repositories, id)).toEqual(['step-skipped a', 'step-skipped b', 'step-skipped c', 'workflow-cancelled']);
    });

    test('once it has begun it is not cancelled as one that waits', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.start(id, 1);
      expect(await repositories.workflows.cancelPending(id, 'late')).toBe(false);
      expect(await repositories.workflows.summary(id)).toMatchObject({ status: 'running', counts: { pending: 3 } });
    });

    test('of a start and a cancel at once exactly one wins', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const [status, isCancelled] = await Promise.all([repositories.workflows.start(id, 1), repositories.workflows.cancelPending(id, 'r')]);
      expect(isCancelled).toBe(status === 'cancelled');
      expect((await repositories.workflows.find(id))?.status).toBe(status);
    });

    test('a workflow that is not there cannot be moved', async () => {
      const { workflows } = open();
      const absent = { code: 'not-found', details: { what: 'workflow' } };
      await expect(workflows.start(anId(), 1)).rejects.toMatchObject(absent);
      await expect(workflows.cancelPending(anId(), 'r')).rejects.toMatchObject(absent);
      await expect(workflows.record(anId(), [])).rejects.toMatchObject(absent);
      expect(await workflows.find(anId())).toBeUndefined();
      expect(await workflows.summary(anId())).toBeUndefined();
    });

    test('an end carries its reason and its time', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.start(id, 1);
      await repositories.workflows.record(id, [], { seq: 9, status: 'failed', reason: 'a step failed' });
      expect(await repositories.workflows.find(id)).toMatchObject({ status: 'failed', reason: 'a step failed', endedAt: expect.any(Date) });
      expect((await eventsOf(repositories, id)).at(-1)).toMatchObject({ type: 'workflow-failed', data: { reason: 'a step failed' } });
    });

    test('a repeated or older change of the workflow changes nothing', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.record(id, [], { seq: 9, status: 'completed' });
      await repositories.workflows.record(id, [], { seq: 9, status: 'failed' });
      await repositories.workflows.record(id, [], { seq: 8, status: 'failed' });
      expect((await repositories.workflows.find(id))?.status).toBe('completed');
      expect(await told(repositories, id)).toEqual(['workflow-completed']);
    });
  });

  describe('steps that the graph moves', () => {
    test('each change is told with its attempt, error and what it waits for', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const changes: StepChange[] = [
        { seq: 5, taskId: 'a', status: 'pending', attempt: 1, error: ERROR },
        { seq: 6, taskId: 'b', status: 'waiting', attempt: 2, error: ERROR, waitingFor: 'failed' },
        { seq: 7, taskId: 'c', status: 'skipped', attempt: 0 },
      ];
      await repositories.workflows.record(id, changes);
      const [a, b, c] = await repositories.steps.list(id);
      expect(a).toMatchObject({ status: 'pending', attempt: 1, error: ERROR });
      expect(b).toMatchObject({ status: 'waiting', attempt: 2, error: ERROR, waitingFor: 'failed' });
      expect(c).toMatchObject({ status: 'skipped', attempt: 0, endedAt: expect.any(Date) });
      expect([a?.endedAt, b?.endedAt]).toEqual([undefined, undefined]);
      const about = (await eventsOf(repositories, id)).slice(1).map(({ id: _, at: __, ...event }) => event);
      expect(about).toEqual([
        { type: 'step-pending', workflowId: id, taskId: 'a', attempt: 1, data: { error: ERROR } },
        { type: 'step-waiting', workflowId: id, taskId: 'b', attempt: 2, data: { error: ERROR, waitingFor: 'failed' } },
        { type: 'step-skipped', workflowId: id, taskId: 'c', data: {} },
      ]);
    });

    test('a conflict is told as what it is, too', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.record(id, [
        { seq: 5, taskId: 'a', status: 'waiting', attempt: 1, error: ERROR, waitingFor: 'conflict' },
      ]);
      expect(await told(repositories, id)).toEqual(['conflict-found a', 'step-waiting a']);
    });

    test('a change whose number is not higher changes nothing, while the others of the call do', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.record(id, [{ seq: 8, taskId: 'a', status: 'failed', attempt: 1, error: ERROR }]);
      const changes: StepChange[] = [
        { seq: 8, taskId: 'a', status: 'skipped', attempt: 0 },
        { seq: 3, taskId: 'a', status: 'pending', attempt: 1 },
        { seq: 9, taskId: 'b', status: 'skipped', attempt: 0 },
      ];
      await repositories.workflows.record(id, changes);
      await repositories.workflows.record(id, changes);
      expect((await repositories.steps.list(id)).map(({ status }) => status)).toEqual(['failed', 'skipped', 'pending']);
      expect(await told(repositories, id)).toEqual(['step-failed a', 'step-skipped b']);
    });

    test('several changes of one step in one call are all told, and the last one stays', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const changes: StepChange[] = [
        { seq: 6, taskId: 'a', status: 'cancelled', attempt: 1 },
        { seq: 5, taskId: 'a', status: 'waiting', attempt: 1, waitingFor: 'failed', error: ERROR },
      ];
      await repositories.workflows.record(id, changes, { seq: 7, status: 'cancelled', reason: 'asked' });
      const step = await repositories.steps.find(id, 'a');
      expect(step).toMatchObject({ status: 'cancelled', attempt: 1 });
      expect(step).not.toHaveProperty('waitingFor');
      expect(await told(repositories, id)).toEqual(['step-waiting a', 'step-cancelled a', 'workflow-cancelled']);
    });

    test('a step that waits shows in the summary, oldest first and each kind once', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const waiting = (seq: number, taskId: string, waitingFor: 'conflict' | 'failed') =>
        repositories.workflows.record(id, [{ seq, taskId, status: 'waiting', attempt: 1, waitingFor }]);
      await waiting(2, 'c', 'failed');
      await nextMillisecond();
      await waiting(3, 'a', 'conflict');
      await nextMillisecond();
      await waiting(4, 'b', 'failed');
      expect(await repositories.workflows.summary(id)).toMatchObject({ waitingFor: ['failed', 'conflict'], counts: { waiting: 3 } });
    });

    test('a claim after a failed attempt clears the error and keeps the first start', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      const startedAt = (await repositories.steps.find(id, 'a'))?.startedAt;
      await repositories.workflows.record(id, [{ seq: 4, taskId: 'a', status: 'pending', attempt: 1, error: ERROR }]);
      await repositories.agentRuns.claim(aClaim(id, { attempt: 2, seq: 5 }));
      const step = await repositories.steps.find(id, 'a');
      expect(step).toMatchObject({ status: 'running', attempt: 2, startedAt });
      expect(step).not.toHaveProperty('error');
    });

    test.each([
      ['cancelled', 'cancelled'],
      ['failed', 'failed'],
      ['pending', 'failed'],
    ] as const)('a step that becomes %s ends the run that nobody ended, as %s', async (status, ended) => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      await repositories.workflows.record(id, [{ seq: 5, taskId: 'a', status, attempt: 1 }]);
      expect(await repositories.agentRuns.forStep(id, 'a')).toMatchObject([{ status: ended, endedAt: expect.any(Date) }]);
      expect(await told(repositories, id)).toEqual(['step-started a', 'agent-run-started a', 'agent-run-ended a', `step-${status} a`]);
    });

    test('a step that is settled stays so, whatever is said later', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      await repositories.steps.complete({ workflowId: id, taskId: 'a', attempt: 1, seq: 3 });
      await repositories.workflows.record(id, [{ seq: 9, taskId: 'a', status: 'cancelled', attempt: 1 }]);
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ status: 'completed' });
      expect(await told(repositories, id)).not.toContain('step-cancelled a');
    });
  });
}
