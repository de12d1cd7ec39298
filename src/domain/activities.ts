import type { GraphTask } from './graph.js';
import type { AttemptRef } from './names.js';
import type { StepChange, StepError, TaskOutcome, WorkflowChange } from './outcome.js';

/**
 * What workflows ask of the outside: plain JSON in and out, ids instead of contents, so that histories stay small.
 * Each may be given out again after a crash, and then finds what the first try made.
 */
export interface Activities {
  /** Marks the workflow as begun, and returns its tasks, a page at a time. */
  loadGraph(input: LoadGraph): Promise<GraphPage>;
  /** Passes a gate: a task with nothing to do. */
  passGate(input: AttemptInput): Promise<TaskOutcome>;
  /** Session, agent and checks of one attempt, on the host that has the worktree. Ends with the tree to be committed. */
  workOnTask(input: AttemptInput): Promise<WorkResult>;
  /** Commits the tree, integrates the commit and records the step. */
  finishTask(input: FinishInput): Promise<TaskOutcome>;
  /** Records what only the workflow knows. */
  record(input: RecordInput): Promise<void>;
}

export interface LoadGraph {
  readonly workflowId: string;
  /** The first task of the page. */
  readonly from: number;
}

export interface GraphPage {
  /** False when the workflow was cancelled before it began: there is nothing to run. */
  readonly isOpen: boolean;
  readonly maxParallel: number;
  readonly tasks: readonly GraphTask[];
  /** Where the next page begins; left out on the last. */
  readonly next?: number;
}

export interface AttemptInput extends AttemptRef {
  readonly projectId: string;
  /** For the step's row at the start of the attempt. */
  readonly seq: number;
}

/** How the agent's part of an attempt ended. */
export type WorkResult =
  | { readonly kind: 'succeeded' /** The tree that was checked, an object id. */; readonly tree: string }
  | { readonly kind: 'failed' | 'unknown-outcome'; readonly error: StepError };

export interface FinishInput extends AttemptInput {
  readonly tree: string;
}

export interface RecordInput {
  readonly workflowId: string;
  readonly steps: readonly StepChange[];
  readonly workflow?: WorkflowChange;
}
