import type { Event, EventType } from '../../domain/events.js';
import { agentRunId } from '../../domain/names.js';
import type { StepError } from '../../domain/outcome.js';
import type { Plan, Task } from '../../domain/plan.js';
import type { AgentRunStatus, LandingState, PersonWaitingKind, StepStatus, WorkflowStatus } from '../../domain/status.js';
import type { AgentRun, Isolation } from '../../ports/agent-run-repository.js';
import type { Project } from '../../ports/project-repository.js';
import type { WorkerRecord } from '../../ports/worker-repository.js';
import type { Workflow } from '../../ports/workflow-repository.js';
import type { WorkflowStep } from '../../ports/workflow-step-repository.js';
import type * as rows from './generated/client.js';

/** Rows to nouns of the domain. Statuses are cast, for the database's CHECK constraints hold them; what is NULL is left out. */

export function toProject(row: rows.Project): Project {
  return { ...row, store: row.store as Project['store'] };
}

export function toWorkflow(row: rows.Workflow): Workflow {
  return { ...toWorkflowHead(row), plan: row.plan as unknown as Plan };
}

/** A workflow without its plan, which may be large. */
export function toWorkflowHead(row: Omit<rows.Workflow, 'plan'>): Omit<Workflow, 'plan'> {
  const { id, projectId, name, base, createdAt, reason, startedAt, endedAt } = row;
  const status = row.status as WorkflowStatus;
  const landing = row.landing as LandingState;
  return { id, projectId, name, status, base, landing, createdAt, ...present({ reason, startedAt, endedAt }) };
}

export function toWorkflowStep(row: rows.WorkflowStep): WorkflowStep {
  const { workflowId, taskId, position, attempt, commit, startedAt, endedAt } = row;
  const waitingFor = row.waitingFor as PersonWaitingKind | null;
  const error = row.error as unknown as StepError | null;
  const task = row.task as unknown as Task;
  const status = row.status as StepStatus;
  return { workflowId, taskId, position, task, status, attempt, ...present({ waitingFor, error, commit, startedAt, endedAt }) };
}

/** An agent run as Prisma reads it, or as the SQL function `agent_run_json` writes it: with times as text. */
export type AgentRunRow = Omit<rows.AgentRun, 'result' | 'startedAt' | 'endedAt'> & {
  readonly startedAt: Date | string;
  readonly endedAt: Date | string | null;
};

export function toAgentRun(row: AgentRunRow): AgentRun {
  const { workflowId, taskId, attempt, epoch, agent, host, worker, taskToken, exitCode } = row;
  const ref = { workflowId, taskId, attempt, epoch };
  const isolation = row.isolation as unknown as Isolation | null;
  const endedAt = row.endedAt === null ? null : new Date(row.endedAt);
  const status = row.status as AgentRunStatus;
  const startedAt = new Date(row.startedAt);
  return { ...ref, id: agentRunId(ref), agent, status, host, worker, taskToken, startedAt, ...present({ isolation, exitCode, endedAt }) };
}

export function toWorker(row: rows.Worker): WorkerRecord {
  const { id, host, pid, startTime, joinedAt, seenAt } = row;
  return { id, host, pid, startTime, sandbox: row.sandbox as unknown as WorkerRecord['sandbox'], joinedAt, seenAt };
}

export function toEvent(row: rows.Event): Event {
  const { at, workflowId, taskId, attempt, epoch } = row;
  const data = row.data as Record<string, unknown>;
  return { id: Number(row.id), at, type: row.type as EventType, data, ...present({ workflowId, taskId, attempt, epoch }) };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

function present<T extends Record<string, unknown>>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Present<T>;
}
