import type { PlanIssue } from './plan.js';

interface Needing {
  readonly id: string;
  readonly needs: readonly string[];
}

const EDGE_LIMIT = 50_000;

/** What is wrong with the ids and the needs of tasks: doubled ids, unknown needs (with the nearest id there is), too many edges, the first cycle. */
export function needsIssues(tasks: readonly Needing[]): PlanIssue[] {
  const indexOf = new Map(tasks.map((task, index) => [task.id, index]));
  const issues = [...doubledIds(tasks), ...unknownNeeds(tasks, indexOf), ...tooManyEdges(tasks)];
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

/** Only so many are told, and looked up: each look-up reads every id. */
const UNKNOWN_SHOWN = 100;

function unknownNeeds(tasks: readonly Needing[], indexOf: ReadonlyMap<string, number>): PlanIssue[] {
  const unknown = tasks.flatMap((task, index) =>
    task.needs.flatMap((need, position) => (indexOf.has(need) ? [] : [{ need, path: `tasks[${index}].needs[${position}]` }])),
  );
  return unknown
    .slice(0, UNKNOWN_SHOWN)
    .map(({ need, path }) => ({ path, message: `no task "${need.slice(0, 100)}"${didYouMean(need, indexOf.keys())}` }));
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
  return { path: `tasks[${closing}].needs`, message: `the tasks need each other in a circle: ${ids.join(' -> ')}` };
}

const DISTANCE_LIMIT = 2;

function didYouMean(wanted: string, ids: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = DISTANCE_LIMIT + 1;
  for (const id of ids) {
    const distance = Math.abs(id.length - wanted.length) < bestDistance ? editDistance(wanted, id) : bestDistance;
    if (distance < bestDistance) [best, bestDistance] = [id, distance];
  }
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** Letters to insert, drop or change (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}
