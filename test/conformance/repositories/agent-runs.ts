import { describe, expect, test } from '@jest/globals';
import type { AgentRun } from '../../../src/ports/agent-run-repository.js';
import { aClaim, accepted, anId, eventsOf, type Open, OTHER, told } from './fixtures.js';

export function describeAgentRuns(open: Open): void {
  describe('the fence of an epoch', () => {
    test('a run that was taken over can neither tell nor end anything', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      await repositories.agentRuns.claim(aClaim(id, OTHER));
      const before = await told(repositories, id);
      const event = { type: 'command-started', data: { n: 1 } } as const;
      const lost = { code: 'epoch-lost', kind: 'rejected' };
      await expect(repositories.agentRuns.append(run, [event])).rejects.toMatchObject(lost);
      await expect(repositories.agentRuns.end(run, { status: 'succeeded', result: {} })).rejects.toMatchObject(lost);
      expect(await told(repositories, id)).toEqual(before);
      expect(await repositories.agentRuns.resultOf(run)).toBeUndefined();
    });

    test('a run that never was is not found', async () => {
      const { agentRuns } = open();
      const ref = { workflowId: anId(), taskId: 'a', attempt: 1, epoch: 1 };
      await expect(agentRuns.append(ref, [])).rejects.toMatchObject({ code: 'not-found' });
      await expect(agentRuns.end(ref, { status: 'failed', result: {} })).rejects.toMatchObject({ code: 'not-found' });
    });

    test('of an end and a take-over at once, one comes first and the other knows', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      const [end, claim] = await Promise.allSettled([
        repositories.agentRuns.end(run, { status: 'succeeded', result: { tree: 't' } }),
        repositories.agentRuns.claim(aClaim(id, OTHER)),
      ]);
      const how = claim.status === 'fulfilled' ? claim.value.how : claim.reason;
      expect({ end: end.status, how }).toEqual(
        end.status === 'fulfilled' ? { end: 'fulfilled', how: 'ended' } : { end: 'rejected', how: 'taken-over' },
      );
    });

    test('events of a run carry its step, attempt and epoch, in their order', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      await repositories.agentRuns.append(run, [
        { type: 'command-started', data: { n: 1 } },
        { type: 'command-ended', data: { n: 1, exitCode: 0 } },
      ]);
      const ref = { workflowId: id, taskId: 'a', attempt: 1, epoch: 1 };
      expect((await eventsOf(repositories, id)).slice(-2)).toMatchObject([
        { type: 'command-started', ...ref, data: { n: 1 } },
        { type: 'command-ended', ...ref, data: { n: 1, exitCode: 0 } },
      ]);
    });
  });

  describe('the end of a run', () => {
    test('it is told once, with its result for whoever asks', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      const result = { kind: 'failed', error: { code: 'command-failed', message: 'exit code 2' } };
      await repositories.agentRuns.end(run, { status: 'failed', exitCode: 2, result });
      await repositories.agentRuns.end(run, { status: 'failed', exitCode: 2, result });
      await repositories.agentRuns.end(run, { status: 'succeeded', result: {} });
      expect(await repositories.agentRuns.forStep(id, 'a')).toMatchObject([{ status: 'failed', exitCode: 2, endedAt: expect.any(Date) }]);
      expect(await repositories.agentRuns.resultOf(run)).toEqual(result);
      expect((await eventsOf(repositories, id)).slice(3)).toMatchObject([
        { type: 'agent-run-ended', epoch: 1, data: { status: 'failed', exitCode: 2 } },
      ]);
    });

    test('the result is found from whichever epoch ended the attempt', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      const { run } = await repositories.agentRuns.claim(aClaim(id, OTHER));
      expect(await repositories.agentRuns.resultOf(run)).toBeUndefined();
      await repositories.agentRuns.end(run, { status: 'succeeded', result: { tree: 't' } });
      expect(await repositories.agentRuns.resultOf({ workflowId: id, taskId: 'a', attempt: 1 })).toEqual({ tree: 't' });
      expect(await repositories.agentRuns.resultOf({ workflowId: id, taskId: 'a', attempt: 2 })).toBeUndefined();
    });

    test('runs of a step are listed by attempt and epoch; those of a worker while they run', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const worker = `host:1:${anId()}`;
      await repositories.agentRuns.claim(aClaim(id));
      const { run } = await repositories.agentRuns.claim(aClaim(id, OTHER));
      await repositories.agentRuns.end(run, { status: 'failed', result: {} });
      const second = await repositories.agentRuns.claim(aClaim(id, { attempt: 2, seq: 6, worker }));
      const third = await repositories.agentRuns.claim(aClaim(id, { taskId: 'b', seq: 8, worker }));
      const numbers = (runs: AgentRun[]) => runs.map(({ attempt, epoch }) => `${attempt}.${epoch}`);
      expect(numbers(await repositories.agentRuns.forStep(id, 'a'))).toEqual(['1.1', '1.2', '2.1']);
      expect(await repositories.agentRuns.runningOn(worker)).toEqual([second.run, third.run]);
      await repositories.agentRuns.end(third.run, { status: 'cancelled', result: {} });
      expect(await repositories.agentRuns.runningOn(worker)).toEqual([second.run]);
    });
  });

  describe('passing a gate', () => {
    test('one call begins and completes the step, and tells all of it once', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const gate = aClaim(id, { agent: 'none' });
      for (let n = 0; n < 3; n++) await repositories.agentRuns.passGate(n === 1 ? { ...gate, ...OTHER } : gate);
      const times = { startedAt: expect.any(Date), endedAt: expect.any(Date) };
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ status: 'completed', attempt: 1, ...times });
      expect(await repositories.agentRuns.forStep(id, 'a')).toMatchObject([{ status: 'succeeded', agent: 'none', epoch: 1, ...times }]);
      expect(await told(repositories, id)).toEqual(['step-started a', 'agent-run-started a', 'agent-run-ended a', 'step-completed a']);
    });

    test('ten calls at once pass it once', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await Promise.all(Array.from({ length: 10 }, (_, n) => repositories.agentRuns.passGate(aClaim(id, { worker: `host:${n}:gate` }))));
      expect(await repositories.agentRuns.forStep(id, 'a')).toHaveLength(1);
      expect(await told(repositories, id)).toHaveLength(4);
    });

    test('what the graph says of the step afterwards has the higher number', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.passGate(aClaim(id, { seq: 6 }));
      await repositories.workflows.record(id, [{ seq: 7, taskId: 'a', status: 'cancelled', attempt: 1 }]);
      expect((await repositories.steps.find(id, 'a'))?.status).toBe('completed');
    });
  });
}
