import { didYouMean } from './did-you-mean.js';
import type { PlanIssue } from './plan-issue.js';

interface Needing {
  readonly id: string;
  readonly needs: readonly string[];
}

const EDGE_LIMIT = 50_000;

/** What is wrong with the ids and the needs of tasks: doubled ids, doubled and unknown needs (with the nearest id there is), too many edges, the first cycle. */
export function needsIssues(tasks: readonly Needing[]): PlanIssue[] {
  const indexOf = new Map(tasks.map((task, index) => [task.id, index]));
  const issues = [...doubledIds(tasks), ...doubledNeeds(tasks), ...unknownNeeds(tasks, indexOf), ...tooManyEdges(tasks)];
  return issues.length > 0 ? issues : cycle(tasks, indexOf);
}

function doubledIds(tasks: readonly Needing[]): PlanIssue[] {
  const first = new Map<string, number>();
  return tasks.flatMap((task, index) => {
    const earlier = first.get(task.id);
    if (earlier === undefined) first.set(task.id, index);
    return earlier === undefined ? [] : [{ path: `tasks[${index}].id`, message: `"${task.id}" is the id of tasks[${earlier}] already` }];
  });
}

function doubledNeeds(tasks: readonly Needing[]): PlanIssue[] {
  return tasks.flatMap(({ needs }, index) => {
    if (new Set(needs).size === needs.length) return [];
    const first = new Map<string, number>();
    return needs.flatMap((need, position) => {
      const earlier = first.get(need);
      if (earlier === undefined) first.set(need, position);
      const path = `tasks[${index}].needs[${position}]`;
      return earlier === undefined ? [] : [{ path, message: `"${shown(need)}" is needs[${earlier}] already` }];
    });
  });
}

/** Of what somebody wrote: enough to know it again. */
const shown = (text: string): string => text.slice(0, 100);

/** Only so many are looked up: each look-up reads every id. */
const LOOKED_UP = 20;

function unknownNeeds(tasks: readonly Needing[], indexOf: ReadonlyMap<string, number>): PlanIssue[] {
  const unknown = tasks.flatMap((task, index) =>
    task.needs.flatMap((need, position) => (indexOf.has(need) ? [] : [{ need, path: `tasks[${index}].needs[${position}]` }])),
  );
  return unknown.map(({ need, path }, place) => {
    const hint = place < LOOKED_UP ? didYouMean(need, indexOf.keys()) : '';
    return { path, message: `no task "${shown(need)}"${hint}` };
  });
}

function tooManyEdges(tasks: readonly Needing[]): PlanIssue[] {
  const edges = tasks.reduce((sum, task) => sum + task.needs.length, 0);
  return edges > EDGE_LIMIT ? [{ path: 'tasks', message: `has ${edges} needs in all; at most ${EDGE_LIMIT}` }] : [];
}

/** The first cycle that a depth-first walk meets, told as `a -> b -> a`. Iterative: a chain of 10,000 tasks must not end the stack. */
function cycle(tasks: readonly Needing[], indexOf: ReadonlyMap<string, number>): PlanIssue[] {
  const state: ('open' | 'done' | undefined)[] = [];
  for (let root = 0; root < tasks.length; root++) {
    const path: { index: number; next: number }[] = state[root] ? [] : [{ index: root, next: 0 }];
    while (path.length > 0) {
      const top = path.at(-1) as { index: number; next: number };
      state[top.index] = 'open';
      const need = tasks[top.index]?.needs[top.next++];
      if (need === undefined) {
        state[top.index] = 'done';
        path.pop();
        continue;
      }
      const index = indexOf.get(need) as number;
      if (state[index] === 'open')
        return [
          cycleIssue(
            tasks,
            path.map((step) => step.index),
            index,
          ),
        ];
      if (!state[index]) path.push({ index, next: 0 });
    }
  }
  return [];
}

function cycleIssue(tasks: readonly Needing[], path: readonly number[], closing: number): PlanIssue {
  const ids = [...path.slice(path.indexOf(closing)), closing].map((index) => tasks[index]?.id);
  return { path: `tasks[${closing}].needs`, message: `the tasks need each other in a circle: ${shortened(ids).join(' -> ')}` };
}

const CYCLE_ENDS = 20;

/** A long circle is told by its beginning and its end. */
function shortened<T>(ids: readonly T[]): readonly (T | string)[] {
  const left = ids.length - 2 * CYCLE_ENDS;
  return left <= 1 ? ids : [...ids.slice(0, CYCLE_ENDS), `(${left} more)`, ...ids.slice(-CYCLE_ENDS)];
}
