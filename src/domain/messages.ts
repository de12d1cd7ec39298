import type { AttemptInput } from './activities.js';
import type { CarriedRun } from './carried-run.js';
import type { GraphTask, TaskIndex } from './graph.js';
import type { TaskOutcome } from './outcome.js';

/** Names and shapes of what is sent to workflows, for both ends. */

/** Temporal workflow types. */
export const RUN_GRAPH = 'runGraph';

/** Signals. */
export const CANCEL = 'cancel';
export const TASK_SETTLED = 'taskSettled';

export interface CancelSignal {
  readonly reason: string;
}

/** A child tells its graph how its attempt ended. */
export interface TaskSettledSignal {
  readonly index: TaskIndex;
  readonly attempt: number;
  readonly outcome: TaskOutcome;
}

/** Input of `runGraph`; its Temporal id is the workflow's id. */
export interface RunGraphInput {
  readonly workflowId: string;
  readonly projectId: string;
  /** After continue-as-new: where the run stands. */
  readonly carried?: CarriedGraph;
  /** Continue as new after so many events, if the server does not suggest it before. */
  readonly maxEvents?: number;
}

export interface CarriedGraph {
  readonly run: CarriedRun;
  /** Why the run is being cancelled, if it is. */
  readonly cancelReason?: string;
}

/** Input of `runTaskAsChild`. */
export interface RunTaskInput extends AttemptInput {
  readonly index: TaskIndex;
  readonly task: GraphTask;
}

/** Search attributes of our executions in Temporal: name and Temporal's type. */
export const SEARCH_ATTRIBUTES = {
  PerennialProject: 'Keyword',
  PerennialWorkflow: 'Keyword',
  /** `graph` or `task`. */
  PerennialKind: 'Keyword',
  PerennialState: 'Keyword',
  PerennialNeedsHuman: 'Bool',
} as const;
