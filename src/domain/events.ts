/** Facts that the UI can show: past tense, append-only. */
export const EVENT_TYPES = [
  'workflow-accepted',
  'workflow-started',
  'workflow-completed',
  'workflow-failed',
  'workflow-cancelled',
  'step-started',
  'step-pending',
  'step-waiting',
  'step-completed',
  'step-failed',
  'step-skipped',
  'step-cancelled',
  'step-integrated',
  'conflict-found',
  'agent-run-started',
  'agent-run-ended',
  'agent-run-lost',
  'command-started',
  'command-ended',
  'command-repeated',
  'check-passed',
  'check-failed',
  'worker-joined',
  'worker-lost',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event before it has an id. `data` is small, plain JSON. Events of workers belong to no workflow. */
export interface NewEvent {
  readonly type: EventType;
  readonly workflowId?: string;
  readonly taskId?: string;
  readonly attempt?: number;
  readonly epoch?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Event extends NewEvent {
  /** Grows; a reader who has id 12 has seen every smaller one. */
  readonly id: number;
  readonly at: Date;
}
