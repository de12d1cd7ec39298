import type { GraphTask, TaskGraph, TaskIndex } from './graph.js';
import type { StepChange, StepError, TaskOutcome } from './outcome.js';
import { insertSorted } from './sorted.js';
import { isStepSettled, type PersonWaitingKind, type StepStatus } from './status.js';

/**
 * Where one execution of a graph stands, and every rule that moves it. Pure: the workflow calls it, properties test it.
 *
 * Invariants, for any order of calls:
 * 1. A task starts only when all it needs are completed.
 * 2. A task is in `running` from `startReady` until its `settle`, and is started by nobody else meanwhile.
 * 3. No two tasks in `running` have overlapping paths: one that would is parked on the running task in its way, and looked at again when that settles.
 * 4. Once stopped (policy `fail`) or cancelled nothing starts, and everything that does not run is settled at once: so every graph ends.
 */
export interface Run {
  readonly graph: TaskGraph;
  readonly maxParallel: number;
  readonly statuses: StepStatus[];
  readonly attempts: number[];
  readonly running: Set<TaskIndex>;
  /** What each waiting task waits for. */
  readonly waiting: Map<TaskIndex, PersonWaitingKind>;
  /** Needs not yet completed, by task. */
  readonly missing: number[];
  /** Places in `graph.byUrgency` of tasks that may start, ascending. */
  readonly ready: number[];
  readonly parked: Map<TaskIndex, TaskIndex[]>;
  /** Steps that are not settled. */
  open: number;
  /** The last sequence number handed out. */
  seq: number;
  mode: 'going' | 'stopped' | 'cancelled';
}

/** A task that starts now. `seq` is for its start, `seq + 1` for its completion. */
export interface Start {
  readonly index: TaskIndex;
  readonly task: GraphTask;
  readonly attempt: number;
  readonly seq: number;
}

/** Starts as many tasks as may run now, most urgent first. */
export function startReady(run: Run): Start[] {
  const starts: Start[] = [];
  while (run.mode === 'going' && run.running.size < run.maxParallel) {
    const place = run.ready.shift();
    if (place === undefined) break;
    const index = run.graph.byUrgency[place] as TaskIndex;
    const obstacle = runningInTheWay(run, index);
    if (obstacle === undefined) starts.push(start(run, index));
    else park(run, index, obstacle);
  }
  return starts;
}

function start(run: Run, index: TaskIndex): Start {
  run.running.add(index);
  run.statuses[index] = 'running';
  const attempt = (run.attempts[index] as number) + 1;
  run.attempts[index] = attempt;
  run.seq += 2;
  return { index, task: taskAt(run, index), attempt, seq: run.seq - 1 };
}

function runningInTheWay(run: Run, index: TaskIndex): TaskIndex | undefined {
  if (taskAt(run, index).paths.length === 0) return undefined;
  for (const other of run.running) if (run.graph.conflict(index, other)) return other;
  return undefined;
}

function park(run: Run, index: TaskIndex, obstacle: TaskIndex): void {
  const parked = run.parked.get(obstacle);
  if (parked) parked.push(index);
  else run.parked.set(obstacle, [index]);
}

/**
 * Takes in how the running attempt of a task ended, and returns what is to be recorded of it and of the tasks it drags along.
 * A task that does not run (its end was told before) changes nothing. Completion was recorded by the attempt itself. An attempt that somebody
 * cancelled alone, in Temporal's own UI, ends its step, and what needs it is skipped.
 */
export function settle(run: Run, index: TaskIndex, outcome: TaskOutcome): StepChange[] {
  if (!run.running.delete(index)) return [];
  for (const parked of takeParked(run, index)) makeReady(run, parked);
  if (outcome.kind === 'completed') return complete(run, index);
  if (outcome.kind === 'cancelled') return [change(run, index, 'cancelled'), ...skipDependents(run, index)];
  return fail(run, index, outcome);
}

function takeParked(run: Run, obstacle: TaskIndex): TaskIndex[] {
  const parked = run.parked.get(obstacle) ?? [];
  run.parked.delete(obstacle);
  return parked.filter((index) => run.statuses[index] === 'pending');
}

function complete(run: Run, index: TaskIndex): StepChange[] {
  run.statuses[index] = 'completed';
  run.open--;
  for (const dependent of dependentsOf(run, index)) {
    run.missing[dependent] = (run.missing[dependent] as number) - 1;
    if (run.missing[dependent] === 0 && run.statuses[dependent] === 'pending') makeReady(run, dependent);
  }
  return [];
}

type Failure = Extract<TaskOutcome, { error: StepError }>;

/**
 * A conflict is for a person, whatever attempts are left and whatever the policy: the same work would meet it again. So is a command that was cut
 * off and must not be repeated unasked. The policy is for attempts that failed.
 */
function fail(run: Run, index: TaskIndex, { kind, error }: Failure): StepChange[] {
  const { maxAttempts, onFailure } = taskAt(run, index);
  if (run.mode === 'cancelled') return [change(run, index, 'cancelled', { error })];
  if (run.mode === 'stopped') return [change(run, index, 'failed', { error })];
  if (kind === 'failed' && (run.attempts[index] as number) < maxAttempts) return tryAgain(run, index, error);
  if (kind !== 'failed' || onFailure === 'ask') return waitForPerson(run, index, kind, error);
  const failed = change(run, index, 'failed', { error });
  return [failed, ...(onFailure === 'fail' ? stop(run) : skipDependents(run, index))];
}

function tryAgain(run: Run, index: TaskIndex, error: StepError): StepChange[] {
  const pending = change(run, index, 'pending', { error });
  makeReady(run, index);
  return [pending];
}

function waitForPerson(run: Run, index: TaskIndex, waitingFor: PersonWaitingKind, error: StepError): StepChange[] {
  run.waiting.set(index, waitingFor);
  return [change(run, index, 'waiting', { error, waitingFor })];
}

function skipDependents(run: Run, index: TaskIndex): StepChange[] {
  const skipped: StepChange[] = [];
  const queue = [...dependentsOf(run, index)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (run.statuses[next] !== 'pending') continue;
    skipped.push(change(run, next, 'skipped'));
    queue.push(...dependentsOf(run, next));
  }
  return skipped;
}

/** Policy `fail`: all that does not run is skipped, also what waits for a person or for its next attempt; its error stays to be seen. */
function stop(run: Run): StepChange[] {
  run.mode = 'stopped';
  return endIdle(run, 'skipped');
}

/** A person's cancel: what never began is skipped, what waits is cancelled; what runs ends by its own `settle`. A run that has ended stays as it ended. */
export function cancelRun(run: Run): StepChange[] {
  if (run.open === 0) return [];
  run.mode = 'cancelled';
  return endIdle(run, 'cancelled');
}

function endIdle(run: Run, begunBecomes: 'skipped' | 'cancelled'): StepChange[] {
  run.ready.length = 0;
  run.parked.clear();
  return run.statuses.flatMap((status, index) => {
    if (status === 'waiting') return [change(run, index, begunBecomes)];
    return status === 'pending' ? [change(run, index, (run.attempts[index] as number) > 0 ? begunBecomes : 'skipped')] : [];
  });
}

/** How the workflow ended, or undefined while steps are open. */
export function verdict(run: Run): 'completed' | 'failed' | 'cancelled' | undefined {
  if (run.open > 0) return undefined;
  if (run.statuses.every((status) => status === 'completed')) return 'completed';
  return run.mode === 'cancelled' ? 'cancelled' : 'failed';
}

/** The next sequence number, for a change that is not a step's. */
export function nextSeq(run: Run): number {
  run.seq += 1;
  return run.seq;
}

function change(run: Run, index: TaskIndex, status: StepStatus, extra: Pick<StepChange, 'error' | 'waitingFor'> = {}): StepChange {
  run.statuses[index] = status;
  if (status !== 'waiting') run.waiting.delete(index);
  if (isStepSettled(status)) run.open--;
  return { seq: nextSeq(run), taskId: taskAt(run, index).id, status, attempt: run.attempts[index] as number, ...extra };
}

/** Puts a task among those that may start. */
export function makeReady(run: Run, index: TaskIndex): void {
  insertSorted(run.ready, run.graph.urgency[index] as number);
}

function taskAt(run: Run, index: TaskIndex): GraphTask {
  return run.graph.tasks[index] as GraphTask;
}

function dependentsOf(run: Run, index: TaskIndex): readonly TaskIndex[] {
  return run.graph.dependents[index] as readonly TaskIndex[];
}
