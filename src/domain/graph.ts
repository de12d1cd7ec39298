import { type PathConflicts, pathConflicts } from './path-conflicts.js';
import type { Plan, Task } from './plan.js';
import type { FailurePolicy } from './plan-schema.js';

/** Position of a task in its plan; how a graph names tasks inside. */
export type TaskIndex = number;

/** What deciding needs to know of a task. Commands and prompts stay in the database: histories hold ids only. */
export interface GraphTask {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly TaskIndex[];
  readonly agent: string;
  /** Nothing to do but to be passed: agent `none` without checks. */
  readonly isGate: boolean;
  readonly paths: readonly string[];
  readonly priority: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly onFailure: FailurePolicy;
}

/** Tasks and the order in which they are wanted. */
export interface TaskGraph {
  readonly tasks: readonly GraphTask[];
  readonly dependents: readonly (readonly TaskIndex[])[];
  /** Tasks by urgency: highest priority first, then the longest path to the end, then the order of the plan. */
  readonly byUrgency: readonly TaskIndex[];
  /** Inverse of `byUrgency`: the place of each task in it. */
  readonly urgency: readonly number[];
  readonly conflict: PathConflicts;
}

/** The tasks of a valid plan, with needs as positions. */
export function compileTasks(plan: Plan): GraphTask[] {
  const indexOf = new Map(plan.tasks.map((task, index) => [task.id, index]));
  return plan.tasks.map((task) => compileTask(task, indexOf));
}

function compileTask(task: Task, indexOf: ReadonlyMap<string, TaskIndex>): GraphTask {
  const { id, title, agent, paths, priority, timeoutMs, maxAttempts, onFailure } = task;
  const needs = task.needs.map((need) => indexOf.get(need) as TaskIndex);
  return {
    id,
    title,
    needs,
    agent,
    isGate: agent === 'none' && task.checks.length === 0,
    paths,
    priority,
    timeoutMs,
    maxAttempts,
    onFailure,
  };
}

/** The graph of tasks whose needs hold no cycle. */
export function linkGraph(tasks: readonly GraphTask[]): TaskGraph {
  const dependents: TaskIndex[][] = tasks.map(() => []);
  for (const [index, task] of tasks.entries()) for (const need of task.needs) dependents[need]?.push(index);
  const pathLength = pathLengths(tasks, dependents);
  const byUrgency = tasks.map((_, index) => index).sort((a, b) => byPriorityThenPath(tasks, pathLength, a, b));
  const urgency: number[] = new Array(tasks.length);
  for (const [place, index] of byUrgency.entries()) urgency[index] = place;
  return { tasks, dependents, byUrgency, urgency, conflict: pathConflicts(tasks) };
}

function byPriorityThenPath(tasks: readonly GraphTask[], pathLength: readonly number[], a: TaskIndex, b: TaskIndex): number {
  const priority = (tasks[a] as GraphTask).priority - (tasks[b] as GraphTask).priority;
  return priority || (pathLength[b] as number) - (pathLength[a] as number) || a - b;
}

/** Tasks on the longest path from each task to an end, itself included; found from the ends, so that no recursion is as deep as the graph. */
function pathLengths(tasks: readonly GraphTask[], dependents: readonly (readonly TaskIndex[])[]): number[] {
  const lengths = tasks.map(() => 1);
  const open = dependents.map((list) => list.length);
  const ends = tasks.map((_, index) => index).filter((index) => open[index] === 0);
  for (let index = ends.pop(); index !== undefined; index = ends.pop()) {
    for (const need of (tasks[index] as GraphTask).needs) {
      lengths[need] = Math.max(lengths[need] as number, (lengths[index] as number) + 1);
      open[need] = (open[need] as number) - 1;
      if (open[need] === 0) ends.push(need);
    }
  }
  return lengths;
}
