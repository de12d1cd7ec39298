import type { StepError } from '../domain/outcome.js';
import type { Task } from '../domain/plan.js';
import type { PersonWaitingKind, StepStatus } from '../domain/status.js';

/** The durable record of one task in one workflow. */
export interface WorkflowStep {
  readonly workflowId: string;
  readonly taskId: string;
  /** Position in the plan. */
  readonly position: number;
  readonly task: Task;
  readonly status: StepStatus;
  /** The last attempt begun; 0 before the first. */
  readonly attempt: number;
  readonly waitingFor?: PersonWaitingKind;
  readonly error?: StepError;
  /** The step's commit, an object id; none when nothing changed. */
  readonly commit?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** Written by whoever finishes an attempt; a repeat changes nothing. */
export interface StepCompletion {
  readonly workflowId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly seq: number;
  readonly commit?: string;
  /** Head of the integration branch after the merge; left out when nothing was merged. */
  readonly integrated?: string;
}

export interface WorkflowStepRepository {
  find(workflowId: string, taskId: string): Promise<WorkflowStep | undefined>;
  /** In the order of the plan. */
  list(workflowId: string): Promise<WorkflowStep[]>;
  /** Marks the step completed, with `step-integrated` (when something was) and `step-completed`. */
  complete(completion: StepCompletion): Promise<void>;
}
