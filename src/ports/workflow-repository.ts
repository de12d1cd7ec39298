import type { StepChange, WorkflowChange } from '../domain/outcome.js';
import type { Plan } from '../domain/plan.js';
import type { LandingState, PersonWaitingKind, StepStatus, WorkflowStatus } from '../domain/status.js';

/** One execution of a task graph. */
export interface Workflow {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly status: WorkflowStatus;
  readonly reason?: string;
  readonly plan: Plan;
  /** Commit of the source that the work starts from. */
  readonly base: string;
  readonly landing: LandingState;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** A workflow as it is accepted: status `pending`, one pending step a task of its plan. */
export interface NewWorkflow {
  readonly id: string;
  readonly projectId: string;
  readonly plan: Plan;
  readonly base: string;
  /** Once for a project and key; `bodyHash` tells whether the same was asked. */
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
}

/** What lists show: the workflow with the state of its steps counted, and without its plan. */
export interface WorkflowSummary extends Omit<Workflow, 'plan'> {
  readonly counts: Readonly<Record<StepStatus, number>>;
  /** What a person could move, oldest first, each kind once. */
  readonly waitingFor: readonly PersonWaitingKind[];
}

export interface WorkflowFilter {
  readonly projectId?: string;
  readonly status?: WorkflowStatus;
  /** At most so many. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface WorkflowPage {
  readonly items: readonly WorkflowSummary[];
  readonly next?: string;
}

export interface WorkflowRepository {
  /**
   * Inserts the workflow, its steps and the event `workflow-accepted`, all or none. With a key that the project has seen: the workflow of then, or
   * `idempotency-conflict` when its body was another.
   */
  accept(workflow: NewWorkflow): Promise<{ workflow: Workflow; isNew: boolean }>;
  findByKey(projectId: string, key: string): Promise<{ workflow: Workflow; bodyHash: string } | undefined>;
  find(id: string): Promise<Workflow | undefined>;
  summary(id: string): Promise<WorkflowSummary | undefined>;
  /** Newest first. */
  list(filter: WorkflowFilter): Promise<WorkflowPage>;
  /** `pending` to `running`, with its event; any other status stays as it is. Returns the status after. */
  start(id: string, seq: number): Promise<WorkflowStatus>;
  /** Cancels a workflow that never began, with its steps and events; false when it has begun. */
  cancelPending(id: string, reason: string): Promise<boolean>;
  /** Writes each change whose `seq` is higher than its row's, with its event `step-<status>` or `workflow-<status>`; the others change nothing. */
  record(id: string, steps: readonly StepChange[], workflow?: WorkflowChange): Promise<void>;
  /** Ids of workflows in a status, oldest first. */
  idsIn(status: WorkflowStatus, limit: number): Promise<string[]>;
}
