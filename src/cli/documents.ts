import type { PersonWaitingKind, StepStatus, WorkflowStatus } from '../domain/status.js';

/** What this command reads of the API's JSON. Times are ISO 8601 UTC texts; what has not happened yet is left out. */

export interface ProjectDocument {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly defaultBranch: string;
  readonly store: string;
  readonly head: string;
  readonly warnings: readonly string[];
  readonly createdAt: string;
}

/** A workflow as lists show it. */
export interface WorkflowSummaryDocument {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly status: WorkflowStatus;
  readonly reason?: string;
  readonly waitingFor: readonly PersonWaitingKind[];
  readonly counts: Readonly<Record<StepStatus, number>>;
  readonly base: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface WorkflowDocument extends WorkflowSummaryDocument {
  readonly integration: { readonly branch: string; readonly head: string };
}

export interface WorkflowPageDocument {
  readonly items: readonly WorkflowSummaryDocument[];
  readonly nextCursor?: string;
}

export interface StepDocument {
  readonly taskId: string;
  readonly title: string;
  readonly status: StepStatus;
  /** The last attempt begun; 0 before the first. */
  readonly attempt: number;
  readonly commit?: string;
  readonly waitingFor?: PersonWaitingKind;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface EventDocument {
  readonly id: number;
  readonly at: string;
  readonly type: string;
  readonly taskId?: string;
  readonly attempt?: number;
  readonly epoch?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventPageDocument {
  readonly items: readonly EventDocument[];
  /** Given when more is there already. */
  readonly next?: number;
}

/** RFC 9457, as the studio writes it. */
export interface ProblemDocument {
  readonly code: string;
  readonly detail: string;
  readonly status: number;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}
