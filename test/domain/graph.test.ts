import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileTasks, linkGraph, type TaskGraph } from '../../src/domain/graph.js';
import { parsePlan } from '../../src/domain/plan.js';
import { aGraph } from '../support/builders/a-graph.js';
import { aPlan } from '../support/builders/a-plan.js';
import { anyTasks } from '../support/builders/any-graph.js';

const idsByUrgency = (graph: TaskGraph) => graph.byUrgency.map((index) => graph.tasks[index]?.id);

describe('a plan compiles to tasks', () => {
  test('whose needs are positions, and which carry what deciding takes and nothing more', () => {
    const tasks = [
      {
        id: 'b',
        needs: ['a'],
        run: ['true'],
        title: 'Second',
        paths: ['src'],
        priority: 1,
        timeout: '1m',
        maxAttempts: 3,
        onFailure: 'fail',
      },
      { id: 'a' },
    ];
    expect(compileTasks(parsePlan(aPlan({ tasks })))).toEqual([
      {
        id: 'b',
        title: 'Second',
        needs: [1],
        agent: 'script',
        isGate: false,
        paths: ['src'],
        priority: 1,
        timeoutMs: 60_000,
        maxAttempts: 3,
        onFailure: 'fail',
      },
      expect.objectContaining({ id: 'a', needs: [], isGate: true }),
    ]);
  });

  test.each([
    ['nothing to do', {}, true],
    ['checks', { checks: ['true'] }, false],
    ['commands', { run: ['true'] }, false],
    ['a prompt', { prompt: 'x' }, false],
  ])('of which one with %s is a gate: %s', (_, task, isGate) => {
    expect(compileTasks(parsePlan(aPlan({ tasks: [{ id: 'a', ...task }] })))[0]?.isGate).toBe(isGate);
  });
});

describe('tasks are wanted', () => {
  test('first those of the highest priority', () => {
    expect(idsByUrgency(aGraph('a, b, c', {}, { b: { priority: 1 }, a: { priority: 5 } }))).toEqual(['b', 'c', 'a']);
  });

  test('of one priority, first those with the longest way to an end', () => {
    expect(idsByUrgency(aGraph('short -> end, long -> more -> last -> end'))).toEqual(['long', 'more', 'short', 'last', 'end']);
  });

  test('else in the order of the plan', () => {
    expect(idsByUrgency(aGraph('c, a, b'))).toEqual(['c', 'a', 'b']);
  });
});

test('a linked graph knows who waits for whom, and each task has its place', () => {
  fc.assert(
    fc.property(anyTasks(), (tasks) => {
      const graph = linkGraph(tasks);
      for (const [index, task] of tasks.entries())
        for (const other of tasks.keys()) expect(graph.dependents[other]?.includes(index)).toBe(task.needs.includes(other));
      expect(graph.byUrgency.map((index) => graph.urgency[index])).toEqual(tasks.map((_, place) => place));
    }),
  );
});

test('a task of one priority never comes after what needs it', () => {
  fc.assert(
    fc.property(anyTasks(), (tasks) => {
      const graph = linkGraph(tasks.map((task) => ({ ...task, priority: 3 })));
      for (const [index, task] of tasks.entries())
        for (const need of task.needs) expect(graph.urgency[need]).toBeLessThan(graph.urgency[index] as number);
    }),
  );
});

test('two tasks conflict when their paths overlap, whichever is asked first and however often', () => {
  const graph = aGraph('a, b, c, d', {}, { a: { paths: ['src/**'] }, b: { paths: ['src/b.ts', 'docs'] }, c: { paths: ['docs'] } });
  const conflicts = graph.tasks.map((_, a) => graph.tasks.map((__, b) => graph.conflict(a, b)));
  expect(conflicts).toEqual([
    [true, true, false, false],
    [true, true, true, false],
    [false, true, true, false],
    [false, false, false, false],
  ]);
  expect(graph.tasks.map((_, b) => graph.conflict(0, b))).toEqual(conflicts[0]);
});
