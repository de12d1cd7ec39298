import type { NewEvent } from '../domain/events.js';
import type { AttemptRef, EpochRef } from '../domain/names.js';
import type { AgentRunStatus } from '../domain/status.js';

/** What a sandbox holds back: true = it does. */
export interface Isolation {
  readonly by: 'bubblewrap' | 'unshare' | 'none';
  /** Files outside the worktree cannot be changed, and Perennial's and the person's not be read. */
  readonly files: boolean;
  /** No process outlives its command. */
  readonly processes: boolean;
  /** The host's loopback cannot be reached, and nothing at all with `network: off`. */
  readonly network: boolean;
}

/** One process, for good: a pid is used again, a pid with its start time is not. */
export interface ProcessRef {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTime: string;
}

/** One life of an attempt on a worker. */
export interface AgentRun extends EpochRef {
  readonly id: string;
  readonly agent: string;
  readonly status: AgentRunStatus;
  readonly host: string;
  /** Incarnation of the worker: `WorkerRecord.id`. */
  readonly worker: string;
  /** Temporal's task token of the activity that works on it, base64. */
  readonly taskToken: string;
  readonly isolation?: Isolation;
  readonly exitCode?: number;
  readonly startedAt: Date;
  readonly endedAt?: Date;
}

/** A worker's claim on an attempt that it was given. */
export interface Claim extends AttemptRef {
  readonly agent: string;
  readonly host: string;
  readonly worker: string;
  readonly taskToken: string;
  /** When Temporal handed the attempt out this time: milliseconds of the server's clock. */
  readonly handedOutAt: number;
  readonly isolation?: Isolation;
  /** For the step's row. */
  readonly seq: number;
}

/**
 * What a claim found. `begun`: first life of the attempt. `continued`: the same worker has it again. `taken-over`: another worker had it, whose
 * run (`lost`) is now marked so. `ended`: the attempt had ended before (its result was not heard); `run` says how.
 */
export interface Claimed {
  readonly how: 'begun' | 'continued' | 'taken-over' | 'ended';
  readonly run: AgentRun;
  readonly lost?: AgentRun;
}

export interface RunEnd {
  readonly status: Exclude<AgentRunStatus, 'running' | 'lost'>;
  readonly exitCode?: number;
  /** What the run left to be finished: tree, or error. Returned again to a claim that finds the attempt ended. */
  readonly result: unknown;
}

export interface AgentRunRepository {
  /**
   * Takes the attempt for a worker, in one transaction: the row of its epoch, the step as running in this attempt, and the events `step-started`,
   * `agent-run-started` (and `agent-run-lost`). A later attempt of the step having begun: `stale-attempt`. Handed
   * out before the life that holds the attempt now: `stale-claim`.
   */
  claim(claim: Claim): Promise<Claimed>;
  /** Claims and succeeds at once, completing the step: for a gate, in one transaction. Repeats change nothing. */
  passGate(claim: Claim): Promise<void>;
  /** Events of a run that still holds its epoch; throws `epoch-lost` when another took over. */
  append(run: EpochRef, events: readonly NewEvent[]): Promise<void>;
  /** Ends the run, with `agent-run-ended`; throws `epoch-lost` when another took over. A second end changes nothing. */
  end(run: EpochRef, end: RunEnd): Promise<void>;
  /** The result that `end` stored for the attempt, from whichever epoch ended it. */
  resultOf(attempt: AttemptRef): Promise<unknown>;
  /** All epochs of a step, oldest first. */
  forStep(workflowId: string, taskId: string): Promise<AgentRun[]>;
  /** Runs that a worker holds. */
  runningOn(worker: string): Promise<AgentRun[]>;
}
