import { describe, expect, test } from '@jest/globals';
import { agentRunId } from '../../../src/domain/names.js';
import type { AgentRun, Claimed } from '../../../src/ports/agent-run-repository.js';
import { aClaim, accepted, anId, COMMIT, eventsOf, type Open, told } from './fixtures.js';

const ISOLATION = { by: 'bubblewrap', files: true, processes: true, network: false } as const;
const OTHER = { worker: 'host:2:w2', taskToken: 'b3RoZXI=' };

export function describeAgentRuns(open: Open): void {
  describe('claiming an attempt', () => {
    test('the first claim begins it: a run in epoch 1, the step running, both told', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { how, run, lost } = await repositories.agentRuns.claim(aClaim(id, { isolation: ISOLATION }));
      const ref = { workflowId: id, taskId: 'a', attempt: 1, epoch: 1 };
      const facts = { agent: 'script', host: 'host', worker: 'host:1:w1', taskToken: 'dG9rZW4=', isolation: ISOLATION };
      expect({ how, lost }).toEqual({ how: 'begun', lost: undefined });
      expect(run).toEqual({ ...ref, id: agentRunId(ref), status: 'running', ...facts, startedAt: expect.any(Date) });
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ status: 'running', attempt: 1, startedAt: expect.any(Date) });
      expect((await eventsOf(repositories, id)).slice(1)).toMatchObject([
        { type: 'step-started', taskId: 'a', attempt: 1 },
        { type: 'agent-run-started', ...ref, data: { agent: 'script', host: 'host', worker: 'host:1:w1' } },
      ]);
    });

    test('the same worker claiming again goes on in its epoch, with its new task token', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      const again = await repositories.agentRuns.claim(aClaim(id, { taskToken: 'bmV3' }));
      expect(again).toEqual({ how: 'continued', run: { ...run, taskToken: 'bmV3' } });
      expect(await told(repositories, id)).toEqual(['step-started a', 'agent-run-started a']);
    });

    test('another worker takes over: the old run is lost, the epoch rises, the attempt stays', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const worker = `host:1:${anId()}`;
      const { run } = await repositories.agentRuns.claim(aClaim(id, { worker }));
      const taken = await repositories.agentRuns.claim(aClaim(id, OTHER));
      expect(taken).toMatchObject({ how: 'taken-over', run: { attempt: 1, epoch: 2, ...OTHER }, lost: { ...run, status: 'lost' } });
      expect(await repositories.agentRuns.runningOn(worker)).toEqual([]);
      expect(await told(repositories, id)).toEqual(['step-started a', 'agent-run-started a', 'agent-run-lost a', 'agent-run-started a']);
      expect((await eventsOf(repositories, id)).at(-2)).toMatchObject({ epoch: 1, data: { worker } });
    });

    test('a repeated take-over still says whose life it was', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id));
      const { lost } = await repositories.agentRuns.claim(aClaim(id, OTHER));
      const again = await repositories.agentRuns.claim(aClaim(id, OTHER));
      expect(again).toMatchObject({ how: 'continued', run: { epoch: 2 }, lost });
    });

    test('an attempt that ended says so to whoever claims it again, and nothing changes', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      await repositories.agentRuns.end(run, { status: 'failed', exitCode: 3, result: { kind: 'failed' } });
      const before = await told(repositories, id);
      for (const claim of [aClaim(id), aClaim(id, OTHER)]) {
        expect(await repositories.agentRuns.claim(claim)).toMatchObject({ how: 'ended', run: { epoch: 1, status: 'failed', exitCode: 3 } });
      }
      expect(await told(repositories, id)).toEqual(before);
    });

    test('an attempt that ended says so even when its step is settled', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      await repositories.agentRuns.end(run, { status: 'succeeded', result: {} });
      await repositories.steps.complete({ workflowId: id, taskId: 'a', attempt: 1, seq: 3, commit: COMMIT });
      expect(await repositories.agentRuns.claim(aClaim(id))).toMatchObject({ how: 'ended', run: { status: 'succeeded' } });
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ status: 'completed', commit: COMMIT });
    });

    test('a claim for an attempt before the present one is stale', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id, { attempt: 2, seq: 6 }));
      await expect(repositories.agentRuns.claim(aClaim(id))).rejects.toMatchObject({ code: 'stale-attempt', kind: 'rejected' });
      expect(await repositories.steps.find(id, 'a')).toMatchObject({ attempt: 2, status: 'running' });
    });

    test('a claim that the graph has gone past is stale: the attempt never begins', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.record(id, [{ seq: 4, taskId: 'a', status: 'pending', attempt: 1 }]);
      await expect(repositories.agentRuns.claim(aClaim(id, { seq: 2 }))).rejects.toMatchObject({ code: 'stale-attempt' });
      expect(await repositories.agentRuns.forStep(id, 'a')).toEqual([]);
    });

    test.each(['cancelled', 'skipped', 'failed', 'completed'] as const)('a step that is %s is not brought back', async (status) => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.workflows.record(id, [{ seq: 3, taskId: 'a', status, attempt: 1 }]);
      const claim = aClaim(id, { attempt: 2, seq: 9 });
      await expect(repositories.agentRuns.claim(claim)).rejects.toMatchObject({ code: 'step-settled', details: { status } });
      await expect(repositories.agentRuns.passGate(claim)).rejects.toMatchObject({ code: 'step-settled', details: { status } });
      expect((await repositories.steps.find(id, 'a'))?.status).toBe(status);
    });

    test('the next attempt ends what still ran of the one before', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const { run } = await repositories.agentRuns.claim(aClaim(id));
      const next = await repositories.agentRuns.claim(aClaim(id, { attempt: 2, seq: 6, ...OTHER }));
      expect(next).toMatchObject({ how: 'begun', run: { attempt: 2, epoch: 1 }, lost: { id: run.id, status: 'lost' } });
    });

    test('a step that is not there cannot be claimed', async () => {
      const { agentRuns } = open();
      await expect(agentRuns.claim(aClaim(anId()))).rejects.toMatchObject({ code: 'not-found', details: { what: 'step' } });
    });

    test('twenty workers at once: each takes over from the one before, and one runs in the end', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const workers = Array.from({ length: 20 }, (_, n) => `host:${n}:parallel`);
      const claims = await Promise.all(workers.map((worker) => repositories.agentRuns.claim(aClaim(id, { worker }))));
      expect(claims.map(({ run }) => run.epoch).sort((a, b) => a - b)).toEqual(workers.map((_, n) => n + 1));
      expect(claims.filter(({ how }) => how === 'begun')).toHaveLength(1);
      const runs = await repositories.agentRuns.forStep(id, 'a');
      expect(runs.map(({ status }) => status)).toEqual([...Array(19).fill('lost'), 'running']);
      const counted = countBy(await told(repositories, id));
      expect(counted).toEqual({ 'step-started a': 1, 'agent-run-started a': 20, 'agent-run-lost a': 19 });
    });

    test('one worker claiming ten times at once makes one run', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const claims: Claimed[] = await Promise.all(Array.from({ length: 10 }, () => repositories.agentRuns.claim(aClaim(id))));
      expect(countBy(claims.map(({ how }) => how))).toEqual({ begun: 1, continued: 9 });
      expect(await repositories.agentRuns.forStep(id, 'a')).toHaveLength(1);
    });
  });

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

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
