import type { TaskGraph, TaskIndex } from './graph.js';
import { makeReady, type Run } from './run.js';
import { isStepSettled, type PersonWaitingKind, type StepStatus } from './status.js';

/** A run as it is carried over continue-as-new: a character a task, and only what that does not say. */
export interface CarriedRun {
  readonly maxParallel: number;
  readonly statuses: string;
  /** Attempts begun, where not 0 for a pending task and not 1 for another. */
  readonly attempts: Readonly<Record<TaskIndex, number>>;
  readonly waiting: Readonly<Record<TaskIndex, PersonWaitingKind>>;
  readonly seq: number;
  readonly mode: Run['mode'];
}

const CHARACTERS: Readonly<Record<StepStatus, string>> = {
  pending: 'p',
  running: 'r',
  waiting: 'w',
  completed: 'c',
  failed: 'f',
  skipped: 's',
  cancelled: 'x',
};
const STATUS_OF = new Map(Object.entries(CHARACTERS).map(([status, character]) => [character, status as StepStatus]));

/** The number of the change that begins a workflow; every later one is higher. */
export const FIRST_SEQ = 1;

export function newRun(graph: TaskGraph, maxParallel: number): Run {
  return restoreRun(graph, {
    maxParallel,
    statuses: 'p'.repeat(graph.tasks.length),
    attempts: {},
    waiting: {},
    seq: FIRST_SEQ,
    mode: 'going',
  });
}

export function carryRun(run: Run): CarriedRun {
  const attempts = run.attempts.flatMap((count, index) => (count === usualAttempts(run.statuses[index]) ? [] : [[index, count]]));
  return {
    maxParallel: run.maxParallel,
    statuses: run.statuses.map((status) => CHARACTERS[status]).join(''),
    attempts: Object.fromEntries(attempts),
    waiting: Object.fromEntries(run.waiting),
    seq: run.seq,
    mode: run.mode,
  };
}

export function restoreRun(graph: TaskGraph, carried: CarriedRun): Run {
  const statuses = [...carried.statuses].map((character) => STATUS_OF.get(character) as StepStatus);
  const isCompleted = (index: TaskIndex) => statuses[index] === 'completed';
  const run: Run = {
    graph,
    maxParallel: carried.maxParallel,
    statuses,
    attempts: statuses.map((status, index) => carried.attempts[index] ?? usualAttempts(status)),
    running: new Set(statuses.flatMap((status, index) => (status === 'running' ? [index] : []))),
    waiting: new Map(Object.entries(carried.waiting).map(([index, kind]) => [Number(index), kind])),
    missing: graph.tasks.map((task) => task.needs.filter((need) => !isCompleted(need)).length),
    ready: [],
    parked: new Map(),
    open: statuses.filter((status) => !isStepSettled(status)).length,
    seq: carried.seq,
    mode: carried.mode,
  };
  for (const [index, status] of statuses.entries()) if (status === 'pending' && run.missing[index] === 0) makeReady(run, index);
  return run;
}

const usualAttempts = (status: StepStatus | undefined): number => (status === 'pending' || status === 'skipped' ? 0 : 1);
