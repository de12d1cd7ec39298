import type { EventType, NewEvent } from '../../../src/domain/events.js';
import type { StepChange, WorkflowChange } from '../../../src/domain/outcome.js';
import { isStepSettled, isWorkflowEnded } from '../../../src/domain/status.js';
import { endRun } from './agent-run-repository.js';
import type { MemoryDatabase, RunRow, WorkflowRow } from './database.js';
import { present } from './present.js';

export function cancelPending(database: MemoryDatabase, row: WorkflowRow, reason: string): boolean {
  if (row.status !== 'pending') return false;
  const endedAt = database.now();
  Object.assign(row, { status: 'cancelled', reason, seq: row.seq + 1, endedAt });
  for (const step of database.stepsOf(row.id)) {
    Object.assign(step, { status: 'skipped', seq: step.seq + 1, endedAt });
    database.append([{ type: 'step-skipped', workflowId: row.id, taskId: step.taskId, data: {} }]);
  }
  database.append([{ type: 'workflow-cancelled', workflowId: row.id, data: { reason } }]);
  return true;
}

export function record(database: MemoryDatabase, row: WorkflowRow, changes: readonly StepChange[], workflow?: WorkflowChange): void {
  for (const change of [...changes].sort((a, b) => a.seq - b.seq)) changeStep(database, row.id, change);
  if (workflow && row.seq < workflow.seq && !isWorkflowEnded(row.status)) changeWorkflow(database, row, workflow);
}

function changeStep(database: MemoryDatabase, workflowId: string, change: StepChange): void {
  const step = database.step(workflowId, change.taskId);
  if (!step || step.seq >= change.seq || isStepSettled(step.status)) return;
  const { status, attempt, seq, error, waitingFor } = change;
  Object.assign(step, { status, attempt, seq, error: error ?? step.error, waitingFor: status === 'waiting' ? waitingFor : undefined });
  for (const run of database.runs.filter((one) => isHeldBy(one, workflowId, change)))
    endRun(database, run, status === 'cancelled' ? 'cancelled' : 'failed');
  step.waitingSince = status === 'waiting' ? database.now() : undefined;
  if (status === 'running') step.startedAt ??= database.now();
  step.endedAt = isStepSettled(status) ? database.now() : undefined;
  database.append(eventsOf(workflowId, change));
}

/** A run that nobody ended ends with its step. */
function isHeldBy(run: RunRow, workflowId: string, { taskId, status }: StepChange): boolean {
  return run.workflowId === workflowId && run.taskId === taskId && run.status === 'running' && status !== 'running';
}

function eventsOf(workflowId: string, { taskId, status, attempt, error, waitingFor }: StepChange): NewEvent[] {
  const facts = { workflowId, taskId, ...(attempt > 0 && { attempt }), data: present({ error, waitingFor }) };
  const type = `step-${status === 'running' ? 'started' : status}` as EventType;
  return waitingFor === 'conflict'
    ? [
        { type: 'conflict-found', ...facts },
        { type, ...facts },
      ]
    : [{ type, ...facts }];
}

function changeWorkflow(database: MemoryDatabase, row: WorkflowRow, { seq, status, reason }: WorkflowChange): void {
  Object.assign(row, { seq, status, reason });
  if (status === 'running') row.startedAt ??= database.now();
  row.endedAt = isWorkflowEnded(status) ? database.now() : undefined;
  const type = `workflow-${status === 'running' ? 'started' : status}` as EventType;
  database.append([{ type, workflowId: row.id, data: present({ reason }) }]);
}
