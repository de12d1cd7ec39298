import type { GraphTask } from '../../src/domain/graph.js';
import { isStepSettled, type StepStatus } from '../../src/domain/status.js';
import { matches } from '../support/builders/path-matcher.js';

/** What a run was told and has told, and nothing that it knows inside. */
export interface Told {
  readonly tasks: readonly GraphTask[];
  readonly maxParallel: number;
  readonly statuses: StepStatus[];
  readonly attempts: number[];
  mode: 'going' | 'stopped' | 'cancelled';
}

/** Which tasks have to start now, by the rules as a reader would apply them: one after the other, all others looked at each time. */
export function dueNow(told: Told): number[] {
  const due: number[] = [];
  if (told.mode !== 'going') return due;
  const running = () => [...indexesOf(told, 'running'), ...due];
  for (const index of indexesOf(told, 'pending').sort(byUrgency(told.tasks))) {
    if (running().length >= told.maxParallel) break;
    const isReady = taskAt(told, index).needs.every((need) => told.statuses[need] === 'completed');
    if (isReady && !running().some((other) => meet(taskAt(told, index), taskAt(told, other)))) due.push(index);
  }
  return due;
}

export const indexesOf = ({ statuses }: Told, wanted: StepStatus): number[] =>
  statuses.flatMap((status, index) => (status === wanted ? [index] : []));

/** All that a task needs, and what that needs, and so on. */
export function allNeeds(tasks: readonly GraphTask[], index: number): Set<number> {
  const found = new Set<number>();
  const add = (needs: readonly number[]): void => {
    for (const need of needs) {
      if (found.has(need)) continue;
      found.add(need);
      add((tasks[need] as GraphTask).needs);
    }
  };
  add((tasks[index] as GraphTask).needs);
  return found;
}

/** The end of a workflow: none while a step is open; completed when each step is; else cancelled when a person said so, else failed. */
export function endOf({ statuses, mode }: Told): string | undefined {
  if (!statuses.every(isStepSettled)) return undefined;
  if (statuses.every((status) => status === 'completed')) return 'completed';
  return mode === 'cancelled' ? 'cancelled' : 'failed';
}

/** Some path for each way in which the patterns of the builders meet or do not. */
const PATHS = [
  'src/a.ts',
  'src/b.ts',
  'src/b.md',
  'docs',
  'docs/a.md',
  'docs/a.ts',
  'docs/a/b',
  'docs/a.md/a.ts',
  'src/a.ts/b',
  'test',
  'test/a',
  'test/a.ts',
  'a.ts',
  'a',
];

export function meet(a: GraphTask, b: GraphTask): boolean {
  const touches = (task: GraphTask, path: string) => task.paths.some((pattern) => matches(pattern, path));
  return PATHS.some((path) => touches(a, path) && touches(b, path));
}

function byUrgency(tasks: readonly GraphTask[]): (a: number, b: number) => number {
  const priority = (index: number) => (tasks[index] as GraphTask).priority;
  const way = (index: number): number =>
    1 + Math.max(0, ...tasks.flatMap(({ needs }, other) => (needs.includes(index) ? [way(other)] : [])));
  return (a, b) => priority(a) - priority(b) || way(b) - way(a) || a - b;
}

const taskAt = ({ tasks }: Told, index: number): GraphTask => tasks[index] as GraphTask;
