import { describe, expect, test } from '@jest/globals';
import { agentWorld } from '../../support/stand-ins/agent-world.js';

const W1 = 'host:11:1';

describe('the first life of an attempt', () => {
  test('runs the commands in order, then the checks, and ends with the tree that the commands left', async () => {
    const world = await agentWorld({ run: ['write x 1', 'write y 2'], checks: ['write junk by-a-check'] });
    const result = await world.worker(W1).work();
    expect(world.sandbox.commands).toEqual(['write x 1', 'write y 2', 'write junk by-a-check']);
    expect(world.filesOf(result)).toEqual({ readme: 'hello', x: '1', y: '2' });
  });

  test('tells what happens as it happens', async () => {
    const world = await agentWorld({ run: ['write x 1'], checks: ['say fine'] });
    await world.worker(W1).work();
    expect(await world.told()).toEqual([
      'step-started',
      'agent-run-started',
      'command-started 1',
      'command-ended 1 exit 0',
      'command-started 2',
      'check-passed 2 exit 0',
      'agent-run-ended succeeded',
    ]);
    const [, started] = (await world.events()).filter(({ type }) => type === 'command-started');
    expect(started).toMatchObject({
      ...{ workflowId: 'wf', taskId: 'a', attempt: 1, epoch: 1 },
      data: { kind: 'check', command: 'say fine' },
    });
  });

  test('claims before it opens a tree, and stores its end before the tree goes', async () => {
    const world = await agentWorld({ run: ['write x 1'] });
    const { journal, work } = world.worker(W1);
    await work();
    expect(journal.calls).toEqual([
      'steps.find',
      'agentRuns.claim',
      'store.openSession',
      'sessions.save',
      'log.open',
      'store.checkpoints',
      'agentRuns.append',
      'sandbox.run',
      'store.saveCheckpoint',
      'agentRuns.append',
      'agentRuns.end',
      'store.closeSession',
      'sessions.close',
    ]);
  });

  test('leaves a run that succeeded, a closed session at the tree, no worktree and no open log', async () => {
    const world = await agentWorld({ run: ['write x 1'] });
    const result = await world.worker(W1).work();
    expect(await world.runs()).toMatchObject([{ status: 'succeeded', epoch: 1, worker: W1, taskToken: `token of ${W1}`, exitCode: 0 }]);
    expect(await world.session()).toMatchObject({ isOpen: false, base: world.base, head: result.kind === 'succeeded' && result.tree });
    expect(world.store.worktrees.size).toBe(0);
    expect(world.log.writers).toBe(0);
  });

  test('gives commands the environment, network, mark and readable paths of their task', async () => {
    const world = await agentWorld({ run: ['say hello'], env: { COLOUR: 'red' }, network: 'off', timeout: '90s' });
    await world.worker(W1).work();
    expect(world.sandbox.begun).toMatchObject([
      { env: { COLOUR: 'red' }, network: 'off', mark: 'wf.a.1.1', readable: ['/repos/p.git/objects'], timeoutMs: 90_000 },
    ]);
    expect(await world.runs()).toMatchObject([{ isolation: world.sandbox.isolation('off') }]);
    expect(await world.output()).toBe('hello\n');
  });

  test('a task that changes nothing ends with the tree of its base', async () => {
    const world = await agentWorld({ run: ['say nothing'] });
    expect(world.filesOf(await world.worker(W1).work())).toEqual({ readme: 'hello' });
  });

  test('agent `none` has its checks for a task, on the tree of its base', async () => {
    const world = await agentWorld({ checks: ['write junk 1'] });
    expect(world.filesOf(await world.worker(W1).work())).toEqual({ readme: 'hello' });
    expect(world.sandbox.commands).toEqual(['write junk 1']);
  });

  test('events and errors show the beginning of a command of any length', async () => {
    const world = await agentWorld({ run: [`exit 1; ${'x'.repeat(60_000)}`] });
    const result = await world.worker(W1).work();
    const shown = `exit 1; ${'x'.repeat(192)}…`;
    expect(result).toMatchObject({ error: { message: `exit code 1: ${shown}` } });
    expect((await world.events()).filter(({ data }) => 'command' in data).map(({ data }) => data.command)).toEqual([shown, shown]);
  });

  test('a step that is not there is not found, and nothing is claimed', async () => {
    const world = await agentWorld({ run: ['say hello'] });
    const { work, journal } = world.worker(W1);
    await expect(work({ taskId: 'b' })).rejects.toMatchObject({ code: 'not-found', details: { what: 'step' } });
    expect(journal.calls).toEqual(['steps.find']);
  });

  test('a later attempt having begun, an earlier one is refused and touches nothing', async () => {
    const world = await agentWorld({ run: ['say hello'] });
    await world.worker(W1).work({ attempt: 2, seq: 6 });
    const { work, journal } = world.worker(W1);
    await expect(work()).rejects.toMatchObject({ code: 'stale-attempt' });
    expect(journal.calls).toEqual(['steps.find', 'agentRuns.claim']);
  });
});
