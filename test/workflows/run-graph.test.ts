import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import type { WorkResult } from '../../src/domain/activities.js';
import { taskWorkflowId } from '../../src/domain/names.js';
import { type WorkflowWorld, workflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await workflowWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.trace.length = 0;
  world.records.length = 0;
});

const script = (id: string, needs: string[] = [], more: object = {}) => ({ id, needs, run: ['true'], ...more });
const SUCCEEDED: WorkResult = { kind: 'succeeded', tree: 'tree' };
const failure: WorkResult = { kind: 'failed', error: { code: 'command-failed', message: 'exit code 1: false' } };
const failing = (id: string) => (input: { taskId: string }) => (input.taskId === id ? failure : SUCCEEDED);

/** Runs until it is cancelled, as an agent does. */
const untilCancelled = async (): Promise<WorkResult> => {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 50);
  try {
    return await (context.cancelled as Promise<never>);
  } finally {
    clearInterval(beat);
  }
};

async function failureOf(result: Promise<unknown>): Promise<unknown> {
  const error = await result.then(
    () => undefined,
    (failed: unknown) => failed,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  return (error as WorkflowFailedError).cause;
}

describe('a graph that goes well', () => {
  test('runs each task once, after what it needs, and records its own end last', async () => {
    const handle = await world.run({ tasks: [script('a'), script('b', ['a']), script('c', ['a']), script('d', ['b', 'c'])] });
    expect(await handle.result()).toBe('completed');
    const worked = world.trace.filter((line) => line.startsWith('work '));
    expect(worked.slice().sort()).toEqual(['work a.1', 'work b.1', 'work c.1', 'work d.1']);
    expect(worked[0]).toBe('work a.1');
    expect(worked[3]).toBe('work d.1');
    expect(world.trace.indexOf('finish b.1')).toBeLessThan(world.trace.indexOf('work d.1'));
    expect(world.trace.at(-1)).toBe('workflow completed');
  });

  test('passes gates without an agent', async () => {
    const handle = await world.run({ tasks: [{ id: 'a' }, { id: 'b', needs: ['a'] }] });
    await handle.result();
    expect(world.trace).toEqual(['gate a.1', 'gate b.1', 'workflow completed']);
  });

  test('is read in pages however many tasks it has', async () => {
    const tasks = Array.from({ length: 30 }, (_, index) => ({ id: `t${index}` }));
    const handle = await world.run({ tasks, maxParallel: 30 });
    expect(await handle.result()).toBe('completed');
    expect(new Set(world.trace.filter((line) => line.startsWith('gate '))).size).toBe(30);
  });
});

describe('a step that fails', () => {
  test('is tried again as often as the plan says, and each attempt has its number', async () => {
    const plan = { onFailure: 'fail', tasks: [script('a', [], { maxAttempts: 3 })] };
    const handle = await world.run(plan, { work: ({ attempt }) => (attempt < 3 ? failure : SUCCEEDED) });
    expect(await handle.result()).toBe('completed');
    const attempts = world.trace.filter((line) => !line.startsWith('pending '));
    expect(attempts).toEqual(['work a.1', 'work a.2', 'work a.3', 'finish a.3', 'workflow completed']);
    expect(world.trace.filter((line) => line.startsWith('pending '))).toEqual(['pending a.1', 'pending a.2']);
  });

  test('skips what needs it and nothing else under skip-dependents', async () => {
    const tasks = [script('a', [], { maxAttempts: 1 }), script('b', ['a']), script('c')];
    const handle = await world.run({ onFailure: 'skip-dependents', tasks }, { work: failing('a') });
    expect(await failureOf(handle.result())).toMatchObject({ type: 'workflow-failed' });
    expect(world.trace).toEqual(expect.arrayContaining(['failed a.1', 'skipped b.0', 'finish c.1', 'workflow failed']));
    expect(world.trace).not.toContain('work b.1');
  });

  test('waits for a person under ask, says so in Temporal, and is cancelled with the workflow', async () => {
    const tasks = [script('a', [], { maxAttempts: 1 }), script('b', ['a']), script('c')];
    const handle = await world.run({ tasks }, { work: failing('a') });
    await until(async () => world.trace.includes('waiting a.1') && world.trace.includes('finish c.1'));
    await until(async () =>
      (await handle.describe()).typedSearchAttributes.getAll().some(({ key, value }) => key.name === 'PerennialNeedsHuman' && value),
    );
    await handle.signal('cancel', { reason: 'not needed' });
    expect(await handle.result()).toBe('cancelled');
    expect(world.trace.slice(-3)).toEqual(['cancelled a.1', 'skipped b.0', 'workflow cancelled']);
    expect(world.records.at(-1)?.workflow?.reason).toBe('not needed');
  });

  test('waits for a person when its work conflicts, whatever attempts are left', async () => {
    const conflict = { kind: 'conflict', error: { code: 'conflict', message: 'conflicts in a.txt' } } as const;
    const handle = await world.run({ tasks: [script('a', [], { maxAttempts: 5 })] }, { finish: async () => conflict });
    await until(async () => world.trace.includes('waiting a.1'));
    expect(world.records.flatMap(({ steps }) => steps)[0]).toMatchObject({ waitingFor: 'conflict', error: { code: 'conflict' } });
    await handle.signal('cancel', { reason: 'seen' });
    await handle.result();
  });

  test('fails with the code of an activity that refused for good', async () => {
    const { ApplicationFailure } = await import('@temporalio/common');
    const refuse = () => Promise.reject(ApplicationFailure.nonRetryable('no such agent', 'agent-unavailable'));
    const handle = await world.run({ onFailure: 'fail', tasks: [script('a', [], { maxAttempts: 1 })] }, { work: refuse });
    await failureOf(handle.result());
    expect(world.records.flatMap(({ steps }) => steps)[0]?.error).toEqual({ code: 'agent-unavailable', message: 'no such agent' });
  });
});

describe('a graph that is cancelled', () => {
  test('ends running attempts first and begins nothing more', async () => {
    const handle = await world.run({ tasks: [script('a'), script('b', ['a'])] }, { work: untilCancelled });
    await until(async () => world.trace.includes('work a.1'));
    await handle.signal('cancel', { reason: 'enough' });
    expect(await handle.result()).toBe('cancelled');
    expect(world.trace).toEqual(['work a.1', 'skipped b.0', 'cancelled a.1', 'workflow cancelled']);
  });

  test('by Temporal itself takes the same path, and shows there as cancelled', async () => {
    const handle = await world.run({ tasks: [script('a'), script('b', ['a'])] }, { work: untilCancelled });
    await until(async () => world.trace.includes('work a.1'));
    await handle.cancel();
    await failureOf(handle.result());
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(world.trace).toEqual(['work a.1', 'skipped b.0', 'cancelled a.1', 'workflow cancelled']);
  });
});

describe('a graph with a long history', () => {
  const chain = (length: number) => Array.from({ length }, (_, index) => script(`t${index}`, index > 0 ? [`t${index - 1}`] : []));

  test('continues as new and loses no task on the way', async () => {
    const handle = await world.run({ tasks: chain(40) }, { maxEvents: 120 });
    expect(await handle.result()).toBe('completed');
    expect(world.trace.filter((line) => line.startsWith('work '))).toEqual(chain(40).map(({ id }) => `work ${id}.1`));
    const first = await handle.fetchHistory();
    expect(first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeDefined();
  });

  test('hands children over to its next run, which hears their end', async () => {
    const gates = new Map<string, () => void>();
    const work = async ({ taskId }: { taskId: string }): Promise<WorkResult> => {
      if (taskId === 'slow') await new Promise<void>((resolve) => gates.set(taskId, resolve));
      return { kind: 'succeeded', tree: 'tree' };
    };
    const tasks = [...chain(12), script('slow', ['t9'], { priority: 1 }), script('last', ['slow'])];
    const handle = await world.run({ tasks }, { work, maxEvents: 80 });
    await until(async () => gates.has('slow') && world.trace.includes('finish t11.1'));
    const runs = world.client.workflow.list({ query: `WorkflowId = '${handle.workflowId}'` });
    await until(async () => (await count(runs)) >= 2);
    gates.get('slow')?.();
    expect(await handle.result()).toBe('completed');
    expect(world.trace.filter((line) => line.endsWith('slow.1'))).toEqual(['work slow.1', 'finish slow.1']);
    expect(world.trace.filter((line) => line === 'work last.1')).toHaveLength(1);
  });

  test('reaches a child of an earlier run when it is cancelled', async () => {
    const work = ({ taskId }: { taskId: string }) => (taskId === 'slow' ? untilCancelled() : SUCCEEDED);
    const handle = await world.run({ tasks: [...chain(12), script('slow', ['t9'], { priority: 1 })] }, { work, maxEvents: 80 });
    await until(async () => world.trace.includes('work slow.1') && world.trace.includes('finish t11.1'));
    await handle.signal('cancel', { reason: 'enough' });
    expect(await handle.result()).toBe('cancelled');
    expect(world.trace.slice(-2)).toEqual(['cancelled slow.1', 'workflow cancelled']);
  });

  test('takes a child that was terminated from outside as a failed attempt', async () => {
    const work = ({ taskId }: { taskId: string }) => (/slow|hold/.test(taskId) ? untilCancelled() : SUCCEEDED);
    const tasks = [script('hold'), ...chain(12), script('slow', ['t11'], { maxAttempts: 1 })];
    const handle = await world.run({ tasks }, { work, maxEvents: 80 });
    await until(async () => world.trace.includes('work slow.1'));
    const child = taskWorkflowId({ workflowId: handle.workflowId, taskId: 'slow', attempt: 1 });
    await world.client.workflow.getHandle(child).terminate('by hand');
    await until(async () => world.trace.includes('waiting slow.1'));
    expect(world.records.flatMap(({ steps }) => steps)[0]).toMatchObject({ taskId: 'slow', error: { code: 'ended-outside' } });
    await handle.signal('cancel', { reason: 'seen' });
    expect(await handle.result()).toBe('cancelled');
  });
});

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _ of items) total++;
  return total;
}

/** Looks until it is so; the test's own time-out ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
