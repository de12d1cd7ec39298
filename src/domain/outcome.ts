import type { PersonWaitingKind, StepStatus, WorkflowStatus } from './status.js';

/** Why a step failed or waits. `code` is stable, `message` is for people. */
export interface StepError {
  readonly code: string;
  readonly message: string;
}

/** How one attempt ended, as the graph is told. `completed` without a commit: nothing had changed. */
export type TaskOutcome =
  | { readonly kind: 'completed'; readonly commit?: string }
  | { readonly kind: 'failed' | 'conflict' | 'unknown-outcome'; readonly error: StepError }
  | { readonly kind: 'cancelled' };

/** What the graph alone knows of a step. `seq` grows over a workflow; a row changes only to a higher one, so a repeat changes nothing. */
export interface StepChange {
  readonly seq: number;
  readonly taskId: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly error?: StepError;
  /** With status `waiting`: what for. */
  readonly waitingFor?: PersonWaitingKind;
}

/** What the graph alone knows of its workflow. */
export interface WorkflowChange {
  readonly seq: number;
  readonly status: WorkflowStatus;
  readonly reason?: string;
}
