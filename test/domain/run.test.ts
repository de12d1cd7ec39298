import { describe, expect, test } from '@jest/globals';
import { nextSeq, settle, startReady } from '../../src/domain/run.js';
import { aGraph } from '../support/builders/a-graph.js';
import { ARun } from '../support/builders/a-run.js';

describe('a task starts', () => {
  test('when all that it needs is completed, and not before', () => {
    const run = new ARun(aGraph('a -> c, b -> c'));
    expect(run.start()).toEqual(['a.1', 'b.1']);
    run.complete('a');
    expect(run.start()).toEqual([]);
    run.complete('b');
    expect(run.start()).toEqual(['c.1']);
  });

  test('when a place is free', () => {
    const run = new ARun(aGraph('a, b, c'), 2);
    expect(run.start()).toEqual(['a.1', 'b.1']);
    run.complete('b');
    expect(run.start()).toEqual(['c.1']);
  });

  test('when nobody touches its paths, and meanwhile others pass by', () => {
    const run = new ARun(aGraph('a, b, c', {}, { a: { paths: ['src'] }, b: { paths: ['src/b.ts'] }, c: { paths: ['docs'] } }), 3);
    expect(run.start()).toEqual(['a.1', 'c.1']);
    run.complete('c');
    expect(run.start()).toEqual([]);
    run.complete('a');
    expect(run.start()).toEqual(['b.1']);
  });

  test('once only', () => {
    const run = new ARun(aGraph('a'));
    expect([run.start(), run.start()]).toEqual([['a.1'], []]);
  });

  test('in the order of urgency, also when it became ready late', () => {
    const run = new ARun(aGraph('a -> urgent, b, c, d', {}, { urgent: { priority: 1 } }), 1);
    expect(run.start()).toEqual(['a.1']);
    run.complete('a');
    expect(run.start()).toEqual(['urgent.1']);
  });
});

test('numbers of changes leave room for what the attempt itself records', () => {
  const { run } = new ARun(aGraph('a, b'));
  expect(startReady(run).map(({ seq }) => seq)).toEqual([2, 4]);
  const [change] = settle(run, 0, { kind: 'failed', error: { code: 'broken', message: 'it broke' } });
  expect(change?.seq).toBe(6);
  expect(nextSeq(run)).toBe(7);
});

describe('an attempt that ended', () => {
  test('completed is recorded by itself', () => {
    const run = new ARun(aGraph('a'));
    run.start();
    expect(run.complete('a')).toEqual([]);
    expect(run.statuses).toEqual({ a: 'completed' });
  });

  test('failed is tried again while there are attempts', () => {
    const run = new ARun(aGraph('a', { maxAttempts: 3 }));
    const tries = [run.start(), run.fail('a'), run.start(), run.fail('a'), run.start(), run.fail('a')];
    expect(tries).toEqual([['a.1'], ['a pending'], ['a.2'], ['a pending'], ['a.3'], ['a waiting']]);
  });

  test('twice counts once', () => {
    const run = new ARun(aGraph('a -> b', { maxAttempts: 1 }));
    run.start();
    run.complete('a');
    expect(run.fail('a')).toEqual([]);
    expect(run.statuses).toEqual({ a: 'completed', b: 'pending' });
  });

  test.each(['conflict', 'unknown-outcome'] as const)('in %s waits for a person, whatever attempts are left', (kind) => {
    const run = new ARun(aGraph('a', { maxAttempts: 5 }));
    run.start();
    expect(run.fail('a', kind)).toEqual(['a waiting']);
    expect(run.run.waiting.get(0)).toBe(kind);
  });

  test('by a cancel of that task alone ends the step and skips what needs it', () => {
    const run = new ARun(aGraph('a -> b -> c, d'));
    run.start();
    expect(run.stop('a')).toEqual(['a cancelled', 'b skipped', 'c skipped']);
    run.complete('d');
    expect(run.verdict).toBe('failed');
  });

  test('is recorded with its attempt, and with what went wrong', () => {
    const { run } = new ARun(aGraph('a', { maxAttempts: 1 }));
    startReady(run);
    const error = { code: 'check-failed', message: '`npm test` exited with 1' };
    expect(settle(run, 0, { kind: 'failed', error })).toEqual([
      { seq: 4, taskId: 'a', status: 'waiting', attempt: 1, error, waitingFor: 'failed' },
    ]);
  });
});

describe('when a step has used its attempts,', () => {
  const drawing = 'a -> b -> c, a -> d, e -> f';

  test('`ask` leaves it waiting, and all that does not need it goes on', () => {
    const run = new ARun(aGraph(drawing, { maxAttempts: 1, onFailure: 'ask' }));
    run.start();
    expect(run.fail('a')).toEqual(['a waiting']);
    run.complete('e');
    expect(run.start()).toEqual(['f.1']);
    run.complete('f');
    expect([run.start(), run.verdict]).toEqual([[], undefined]);
    expect(run.statuses).toMatchObject({ a: 'waiting', b: 'pending', c: 'pending', d: 'pending' });
  });

  test('`skip-dependents` skips what needs it, the rest goes on, and the workflow has failed', () => {
    const run = new ARun(aGraph(drawing, { maxAttempts: 1, onFailure: 'skip-dependents' }));
    run.start();
    expect(run.fail('a').sort()).toEqual(['a failed', 'b skipped', 'c skipped', 'd skipped']);
    run.complete('e');
    expect(run.start()).toEqual(['f.1']);
    run.complete('f');
    expect(run.verdict).toBe('failed');
  });

  test('`fail` starts nothing new, lets end what runs, and skips the rest', () => {
    const run = new ARun(aGraph(drawing, { maxAttempts: 1, onFailure: 'fail' }));
    run.start();
    expect(run.fail('a').sort()).toEqual(['a failed', 'b skipped', 'c skipped', 'd skipped', 'f skipped']);
    expect([run.start(), run.verdict]).toEqual([[], undefined]);
    run.complete('e');
    expect([run.start(), run.verdict]).toEqual([[], 'failed']);
  });

  test('a step that two failed ones lead to is skipped once', () => {
    const run = new ARun(aGraph('a -> c -> d, b -> c', { maxAttempts: 1, onFailure: 'skip-dependents' }));
    run.start();
    expect([run.fail('a'), run.fail('b')]).toEqual([['a failed', 'c skipped', 'd skipped'], ['b failed']]);
  });
});

test.each([
  ['skip-dependents', 'conflict'],
  ['skip-dependents', 'unknown-outcome'],
  ['fail', 'conflict'],
  ['fail', 'unknown-outcome'],
] as const)('under policy `%s` a %s waits for a person all the same, and stops nothing else', (onFailure, kind) => {
  const run = new ARun(aGraph('a -> b, c', { maxAttempts: 1, onFailure }));
  run.start();
  expect(run.fail('a', kind)).toEqual(['a waiting']);
  run.complete('c');
  expect([run.statuses, run.verdict]).toEqual([{ a: 'waiting', b: 'pending', c: 'completed' }, undefined]);
});

describe('after policy `fail` stopped the run,', () => {
  test('what runs and fails gets no further attempt', () => {
    const run = new ARun(aGraph('a, b', { maxAttempts: 3 }, { a: { maxAttempts: 1, onFailure: 'fail' } }));
    run.start();
    run.fail('a');
    expect([run.fail('b'), run.verdict]).toEqual([['b failed'], 'failed']);
  });

  test('what waited for a person or for its next attempt is skipped', () => {
    const run = new ARun(aGraph('a, b, c', { maxAttempts: 1 }, { a: { onFailure: 'fail' }, c: { maxAttempts: 2 } }));
    run.start();
    run.fail('b');
    run.fail('c');
    expect(run.fail('a')).toEqual(['a failed', 'b skipped', 'c skipped']);
    expect(run.verdict).toBe('failed');
  });
});

describe('a cancel', () => {
  test('skips what never began, and cancels what waits', () => {
    const run = new ARun(aGraph('a -> b, c, d', { maxAttempts: 1 }, { c: { maxAttempts: 2 } }));
    run.start();
    run.fail('a');
    run.fail('c');
    run.complete('d');
    expect(run.cancel()).toEqual(['a cancelled', 'b skipped', 'c cancelled']);
    expect(run.verdict).toBe('cancelled');
  });

  test('waits for what runs, however that ends', () => {
    const run = new ARun(aGraph('a, b, c, d -> e'));
    run.start();
    expect([run.cancel(), run.verdict]).toEqual([['e skipped'], undefined]);
    expect([run.stop('a'), run.fail('b'), run.complete('c'), run.fail('d', 'conflict')]).toEqual([
      ['a cancelled'],
      ['b cancelled'],
      [],
      ['d cancelled'],
    ]);
    expect(run.verdict).toBe('cancelled');
  });

  test('starts nothing that was held back by paths', () => {
    const run = new ARun(aGraph('a, b', { paths: ['src'] }));
    run.start();
    expect(run.cancel()).toEqual(['b skipped']);
    run.complete('a');
    expect([run.start(), run.verdict]).toEqual([[], 'cancelled']);
  });

  test('of what completes all the same leaves it completed', () => {
    const run = new ARun(aGraph('a'));
    run.start();
    run.cancel();
    run.complete('a');
    expect(run.verdict).toBe('completed');
  });

  test('changes nothing of a run that has ended', () => {
    const run = new ARun(aGraph('a', { maxAttempts: 1, onFailure: 'fail' }));
    run.start();
    run.fail('a');
    expect([run.cancel(), run.verdict]).toEqual([[], 'failed']);
  });

  test('is harmless when it is repeated', () => {
    const run = new ARun(aGraph('a -> b'));
    run.start();
    expect([run.cancel(), run.cancel()]).toEqual([['b skipped'], []]);
  });
});
