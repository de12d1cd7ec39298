import { readCursor, writeCursor } from '../../../src/adapters/prisma/cursor.js';
import { STEP_STATUSES, type StepStatus } from '../../../src/domain/status.js';
import type { Workflow, WorkflowFilter, WorkflowPage, WorkflowSummary } from '../../../src/ports/workflow-repository.js';
import type { MemoryDatabase, StepRow, WorkflowRow } from './database.js';
import { present } from './present.js';

export function toHead({ id, projectId, plan, status, base, createdAt, reason, startedAt, endedAt }: WorkflowRow): Omit<Workflow, 'plan'> {
  return { id, projectId, name: plan.name, status, base, landing: 'none', createdAt, ...present({ reason, startedAt, endedAt }) };
}

export function summaryOf(database: MemoryDatabase, row: WorkflowRow): WorkflowSummary {
  const steps = database.stepsOf(row.id);
  const counts = Object.fromEntries(STEP_STATUSES.map((status) => [status, 0])) as Record<StepStatus, number>;
  for (const { status } of steps) counts[status] += 1;
  return { ...toHead(row), counts, waitingFor: waitingFor(steps) };
}

function waitingFor(steps: readonly StepRow[]): WorkflowSummary['waitingFor'] {
  const since = ({ waitingSince }: StepRow) => waitingSince?.getTime() ?? 0;
  const kinds = [...steps].sort((a, b) => since(a) - since(b)).map((step) => step.waitingFor);
  return [...new Set(kinds)].filter((kind) => kind !== undefined);
}

export function listWorkflows(database: MemoryDatabase, { projectId, status, limit, cursor }: WorkflowFilter): WorkflowPage {
  const end = cursor === undefined ? undefined : readCursor(cursor);
  const rows = [...database.workflows.values()]
    .filter((row) => (projectId === undefined || row.projectId === projectId) && (!status || row.status === status))
    .filter((row) => !end || newestFirst(end, row) < 0)
    .sort(newestFirst);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map((row) => summaryOf(database, row)), ...(rows.length > limit && last && { next: writeCursor(last) }) };
}

type Placed = Pick<WorkflowRow, 'createdAt' | 'id'>;

function newestFirst(a: Placed, b: Placed): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
