import type { Event, NewEvent } from '../../../src/domain/events.js';
import type { StepError } from '../../../src/domain/outcome.js';
import type { Plan, Task } from '../../../src/domain/plan.js';
import type { PersonWaitingKind, StepStatus, WorkflowStatus } from '../../../src/domain/status.js';
import type { AgentRun } from '../../../src/ports/agent-run-repository.js';
import type { Project } from '../../../src/ports/project-repository.js';
import type { RadicleSessionRecord } from '../../../src/ports/radicle-session-repository.js';
import type { WorkerRecord } from '../../../src/ports/worker-repository.js';

/** Rows as the repositories in memory keep them. Undefined stands for NULL. */

export interface WorkflowRow {
  readonly id: string;
  readonly projectId: string;
  readonly plan: Plan;
  readonly base: string;
  readonly idempotency: { readonly key: string; readonly bodyHash: string } | undefined;
  readonly createdAt: Date;
  status: WorkflowStatus;
  reason: string | undefined;
  seq: number;
  startedAt: Date | undefined;
  endedAt: Date | undefined;
}

export interface StepRow {
  readonly workflowId: string;
  readonly taskId: string;
  readonly position: number;
  readonly task: Task;
  status: StepStatus;
  attempt: number;
  seq: number;
  waitingFor: PersonWaitingKind | undefined;
  waitingSince: Date | undefined;
  error: StepError | undefined;
  commit: string | undefined;
  startedAt: Date | undefined;
  endedAt: Date | undefined;
}

export type RunRow = { -readonly [K in keyof AgentRun]: AgentRun[K] } & { result?: unknown; handedOutAt?: number };
export type WorkerRow = { -readonly [K in keyof WorkerRecord]: WorkerRecord[K] } & { leftAt?: Date };

/** What the repositories in memory share. A call runs to its end without a pause: each is a transaction. */
export class MemoryDatabase {
  readonly projects = new Map<string, Project>();
  readonly workflows = new Map<string, WorkflowRow>();
  /** By workflow and task, in the order of the plan. */
  readonly steps = new Map<string, Map<string, StepRow>>();
  /** In the order in which they began. */
  readonly runs: RunRow[] = [];
  readonly sessions = new Map<string, RadicleSessionRecord>();
  readonly workers = new Map<string, WorkerRow>();
  readonly events: Event[] = [];

  now(): Date {
    return new Date();
  }

  append(events: readonly NewEvent[]): void {
    for (const event of events) this.events.push({ ...structuredClone(event), id: this.events.length + 1, at: this.now() });
  }

  stepsOf(workflowId: string): StepRow[] {
    return [...(this.steps.get(workflowId)?.values() ?? [])];
  }

  step(workflowId: string, taskId: string): StepRow | undefined {
    return this.steps.get(workflowId)?.get(taskId);
  }
}
