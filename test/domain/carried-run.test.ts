import { describe, expect, test } from '@jest/globals';
import { carryRun, FIRST_SEQ, newRun, restoreRun } from '../../src/domain/carried-run.js';
import { type GraphTask, linkGraph } from '../../src/domain/graph.js';
import { settle, startReady, verdict } from '../../src/domain/run.js';
import { aGraph } from '../support/builders/a-graph.js';
import { ARun } from '../support/builders/a-run.js';
import { aGraphTask } from '../support/builders/a-task.js';

test('a run is carried as a character a task, and only what that does not say', () => {
  const played = new ARun(aGraph('a -> b, c, d, e', { maxAttempts: 2 }, { d: { maxAttempts: 1 } }));
  played.start();
  played.complete('a');
  played.fail('c');
  played.fail('d');
  expect(carryRun(played.run)).toEqual({
    maxParallel: 10,
    statuses: 'cppwr',
    attempts: { 2: 1 },
    waiting: { 3: 'failed' },
    seq: 11,
    mode: 'going',
  });
});

test('all statuses come back', () => {
  const graph = aGraph('a, b, c, d, e, f, g');
  const carried = {
    maxParallel: 3,
    statuses: 'prwcfsx',
    attempts: { 1: 2 },
    waiting: { 2: 'conflict' as const },
    seq: 40,
    mode: 'cancelled' as const,
  };
  const run = restoreRun(graph, carried);
  expect(run.statuses).toEqual(['pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled']);
  expect(run.attempts).toEqual([0, 2, 1, 1, 1, 0, 1]);
  expect([run.open, [...run.running], [...run.waiting]]).toEqual([3, [1], [[2, 'conflict']]]);
  expect(carryRun(run)).toEqual(carried);
});

test('a new run begins after the number of the change that began its workflow', () => {
  const run = newRun(aGraph('a'), 4);
  expect([run.seq, run.maxParallel, verdict(run)]).toEqual([FIRST_SEQ, 4, undefined]);
  expect(startReady(run)[0]?.seq).toBeGreaterThan(FIRST_SEQ);
});

describe('10,000 tasks', () => {
  const chain = (index: number): Partial<GraphTask> => ({ needs: index === 0 ? [] : [index - 1] });
  const layers = (index: number): Partial<GraphTask> => ({ needs: index < 100 ? [] : [1, 7, 13, 50, 99].map((back) => index - back) });
  const folders = (index: number): Partial<GraphTask> => ({ paths: [`src/${index % 100}/**`, `docs/${index % 100}.md`] });

  test.each([
    ['in a chain', chain],
    ['in layers with 50,000 needs', layers],
    ['side by side', () => ({})],
    ['in a hundred folders, a hundred in each', folders],
  ])('%s are played to their end', (_, shape) => {
    const graph = linkGraph(Array.from({ length: 10_000 }, (__, index) => aGraphTask({ id: `t${index}`, ...shape(index) })));
    const run = newRun(graph, 200);
    const running: number[] = [];
    while (verdict(run) === undefined) {
      for (const { index } of startReady(run)) running.push(index);
      settle(run, running.shift() as number, { kind: 'completed' });
    }
    expect(verdict(run)).toBe('completed');
    expect(carryRun(run).statuses).toBe('c'.repeat(10_000));
  });
});
