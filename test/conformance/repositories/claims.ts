import { describe, expect, test } from '@jest/globals';
import { agentRunId } from '../../../src/domain/names.js';
import type { Claimed } from '../../../src/ports/agent-run-repository.js';
import { aClaim, accepted, anId, COMMIT, eventsOf, type Open, OTHER, told } from './fixtures.js';

const ISOLATION = { by: 'bubblewrap', files: true, processes: true, network: false } as const;

export function describeClaims(open: Open): void {
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

    test('one that was handed out before the life that holds the attempt is refused, and changes nothing', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.claim(aClaim(id, { handedOutAt: 20 }));
      const late = repositories.agentRuns.claim(aClaim(id, { worker: 'other:2:w2', handedOutAt: 10 }));
      await expect(late).rejects.toMatchObject({ code: 'stale-claim' });
      expect(await repositories.agentRuns.forStep(id, 'a')).toMatchObject([{ epoch: 1, status: 'running', worker: 'host:1:w1' }]);
    });
  });
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
