import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GraphTask } from '../../src/domain/graph.js';
import type { TaskOutcome } from '../../src/domain/outcome.js';
import { anyTasks } from '../support/builders/any-graph.js';
import { JudgedRun } from './judged-run.js';
import { allNeeds, endOf, indexesOf } from './run-judge.js';

/** Something that happens to a run. `pick` chooses among the tasks that run, or among all. */
interface Happening {
  readonly kind: 'settle' | 'start' | 'settle-any' | 'cancel' | 'carry';
  readonly pick: number;
  readonly outcome: TaskOutcome;
}

const error = { code: 'broken', message: 'it broke' };
const outcome: fc.Arbitrary<TaskOutcome> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<TaskOutcome>({ kind: 'completed' }) },
  { weight: 3, arbitrary: fc.constant<TaskOutcome>({ kind: 'failed', error }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<TaskOutcome>({ kind: 'conflict', error }, { kind: 'unknown-outcome', error }, { kind: 'cancelled' }),
  },
);
const kind = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<Happening['kind']>('settle', 'start') },
  { weight: 5, arbitrary: fc.constantFrom<Happening['kind']>('carry', 'settle-any') },
  { weight: 1, arbitrary: fc.constant<Happening['kind']>('cancel') },
);
const happenings = fc.array(fc.record<Happening>({ kind, pick: fc.nat(1_000), outcome }), { maxLength: 60 });
const maxParallel = fc.integer({ min: 1, max: 5 });

describe('whatever happens in whatever order,', () => {
  test('every start, change and end is what the rules say', () => {
    fc.assert(
      fc.property(anyTasks(), maxParallel, happenings, (tasks, most, all) => {
        play(new JudgedRun(tasks, most), all);
      }),
      { numRuns: 400 },
    );
  });

  test('the graph ends by itself, or waits for a person and ends by a cancel', () => {
    fc.assert(
      fc.property(anyTasks(), maxParallel, happenings, fc.array(outcome, { minLength: 1, maxLength: 20 }), (tasks, most, all, outcomes) => {
        const run = new JudgedRun(tasks, most);
        play(run, all);
        runOut(run, outcomes);
        if (endOf(run.told) !== undefined) return;
        expectOnlyPersonCanMove(run, tasks);
        run.cancel();
        expect(endOf(run.told)).toBe('cancelled');
      }),
      { numRuns: 300 },
    );
  });

  test('a run that is carried over at any moment goes on as if it had not been', () => {
    fc.assert(
      fc.property(anyTasks(), maxParallel, happenings, (tasks, most, all) => {
        const still = new JudgedRun(tasks, most);
        play(
          still,
          all.filter((happening) => happening.kind !== 'carry'),
        );
        const carried = new JudgedRun(tasks, most);
        play(
          carried,
          all
            .filter((happening) => happening.kind !== 'carry')
            .flatMap((happening) => [happening, { ...happening, kind: 'carry' as const }]),
        );
        expect(carried.trace).toEqual(still.trace);
      }),
      { numRuns: 200 },
    );
  });
});

test('when nothing fails, every graph completes', () => {
  fc.assert(
    fc.property(anyTasks(), maxParallel, (tasks, most) => {
      const run = new JudgedRun(tasks, most);
      runOut(run, [{ kind: 'completed' }]);
      expect(endOf(run.told)).toBe('completed');
      expect(run.told.attempts.every((attempts) => attempts === 1)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

function play(run: JudgedRun, all: readonly Happening[]): void {
  for (const { kind: what, pick, outcome: how } of all) {
    if (what === 'start') run.start();
    else if (what === 'cancel') run.cancel();
    else if (what === 'carry') run.carry();
    else if (what === 'settle-any') run.settle(pick % run.told.tasks.length, how);
    else if (run.running.length > 0) run.settle(run.running[pick % run.running.length] as number, how);
  }
}

/** Lets everything end that runs or may still start, the oldest first. Bounded by the attempts that there are. */
function runOut(run: JudgedRun, outcomes: readonly TaskOutcome[]): void {
  const attempts = run.told.tasks.reduce((sum, { maxAttempts }) => sum + maxAttempts, 0);
  for (let turn = 0; turn <= attempts; turn++) {
    run.start();
    const [first] = run.running;
    if (first === undefined) return;
    run.settle(first, outcomes[turn % outcomes.length] as TaskOutcome);
  }
  expect(run.running).toEqual([]);
}

/** Open are steps that wait for a person, and what needs one of those. */
function expectOnlyPersonCanMove(run: JudgedRun, tasks: readonly GraphTask[]): void {
  const waiting = indexesOf(run.told, 'waiting');
  expect(waiting.length).toBeGreaterThan(0);
  for (const index of indexesOf(run.told, 'pending')) expect(waiting.some((other) => allNeeds(tasks, index).has(other))).toBe(true);
}
