import type { AgentRunRepository, Claimed } from '../../ports/agent-run-repository.js';
import type { AgentRunner } from '../../ports/agent-runner.js';
import type { AttemptLog } from '../../ports/attempt-log.js';
import type { Clock } from '../../ports/clock.js';
import type { EventRepository } from '../../ports/event-repository.js';
import type { RadicleSessionRepository } from '../../ports/radicle-session-repository.js';
import type { ProcessTable, Sandbox } from '../../ports/sandbox.js';
import type { Session, Store } from '../../ports/store.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';
import type { HandOut } from './claim-of.js';

export interface AgentDeps {
  readonly steps: WorkflowStepRepository;
  readonly agentRuns: AgentRunRepository;
  readonly sessions: RadicleSessionRepository;
  readonly events: EventRepository;
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly processes: ProcessTable;
  readonly log: AttemptLog;
  readonly clock: Clock;
  readonly runners: readonly AgentRunner[];
  readonly host: string;
  /** Id of this incarnation of the worker. */
  readonly worker: string;
}

/** The life of the activity that works on an attempt. */
export interface ActivityLife extends HandOut {
  /** Aborted when the attempt is to stop: it was cancelled, or this worker shuts down. */
  readonly signal: AbortSignal;
  /** True when somebody cancelled it; false when the worker only goes away, and another goes on with the attempt. */
  isCancelRequested(): boolean;
}

/** An attempt that was claimed and has its worktree. */
export interface OpenAttempt {
  readonly step: WorkflowStep;
  readonly claimed: Claimed;
  readonly session: Session;
}
