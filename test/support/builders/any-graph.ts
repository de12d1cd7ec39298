import fc from 'fast-check';
import type { GraphTask } from '../../../src/domain/graph.js';
import { aGraphTask } from './a-task.js';

/** Needs of each task, as positions. Without circles a task may still need a later one: the order of a plan says nothing. */
export function anyNeeds({ withCircles = false, most = 10 } = {}): fc.Arbitrary<number[][]> {
  return fc
    .integer({ min: 1, max: most })
    .chain((count) =>
      fc
        .tuple(fc.array(fc.subarray(range(count)), { minLength: count, maxLength: count }), shuffled(count))
        .map(([picked, place]) =>
          withCircles ? picked : picked.map((needs, index) => needs.filter((need) => before(place, need, index))),
        ),
    );
}

/** Tasks without a circle, with priorities, paths, policies and attempts of any kind. `wide` ones need little and so run side by side. */
export function anyTasks(): fc.Arbitrary<GraphTask[]> {
  return fc
    .boolean()
    .chain((isWide) =>
      anyNeeds().chain((needs) => fc.tuple(...needs.map((list, index) => anyTask(index, isWide ? list.slice(0, index % 2) : list)))),
    );
}

function anyTask(index: number, needs: readonly number[]): fc.Arbitrary<GraphTask> {
  const fields = {
    priority: fc.constantFrom(1, 3, 3, 5),
    paths: fc.oneof(fc.constant([]), fc.subarray(['src/**', 'src/a.ts', 'docs/*.md', 'docs', '**/*.ts', 'test'], { maxLength: 2 })),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    onFailure: fc.constantFrom('ask' as const, 'skip-dependents' as const, 'fail' as const),
  };
  return fc.record(fields).map((given) => aGraphTask({ id: `t${index}`, needs, ...given }));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The place of each of `count` things in some order. */
function shuffled(count: number): fc.Arbitrary<number[]> {
  return fc.shuffledSubarray(range(count), { minLength: count, maxLength: count });
}

const before = (place: readonly number[], need: number, index: number): boolean => (place[need] as number) < (place[index] as number);
