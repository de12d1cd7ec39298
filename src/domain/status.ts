/** Status words, and the table of what moves them, which the rules of `run.ts` are held against by their tests. */

export const WORKFLOW_STATUSES = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type WorkflowStatus = (typeof WORKFLOW_STATUSES)[number];

export const STEP_STATUSES = ['pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const AGENT_RUN_STATUSES = ['running', 'succeeded', 'failed', 'cancelled', 'lost'] as const;
export type AgentRunStatus = (typeof AGENT_RUN_STATUSES)[number];

export const LANDING_STATES = ['none', 'offered', 'landing', 'landed', 'blocked'] as const;
export type LandingState = (typeof LANDING_STATES)[number];

/** Kinds of waiting that a person can end. */
export const PERSON_WAITING_KINDS = ['failed', 'conflict', 'approval', 'question', 'budget', 'paused', 'land', 'unknown-outcome'] as const;
export type PersonWaitingKind = (typeof PERSON_WAITING_KINDS)[number];

const WORKFLOW_MOVES: Readonly<Record<WorkflowStatus, readonly WorkflowStatus[]>> = {
  pending: ['running', 'failed', 'cancelled'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

const STEP_ENDS: readonly StepStatus[] = ['completed', 'failed', 'skipped', 'cancelled'];
const STEP_MOVES: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  pending: ['running', 'waiting', ...STEP_ENDS],
  running: ['pending', 'running', 'waiting', ...STEP_ENDS],
  waiting: ['pending', 'running', ...STEP_ENDS],
  completed: [],
  failed: [],
  skipped: [],
  cancelled: [],
};

export const canMoveWorkflow = (from: WorkflowStatus, to: WorkflowStatus): boolean => WORKFLOW_MOVES[from].includes(to);
/** `running` to `running` is a new attempt. */
export const canMoveStep = (from: StepStatus, to: StepStatus): boolean => STEP_MOVES[from].includes(to);
export const isWorkflowEnded = (status: WorkflowStatus): boolean => WORKFLOW_MOVES[status].length === 0;
export const isStepSettled = (status: StepStatus): boolean => STEP_MOVES[status].length === 0;
