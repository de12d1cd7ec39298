import { type PersonWaitingKind, STEP_STATUSES, type StepStatus } from '../../domain/status.js';
import type { WorkflowFilter, WorkflowPage, WorkflowSummary } from '../../ports/workflow-repository.js';
import type { Client } from './connect.js';
import { readCursor, writeCursor } from './cursor.js';
import { toWorkflowHead } from './rows.js';

export async function findSummary(client: Client, id: string): Promise<WorkflowSummary | undefined> {
  const row = await client.workflow.findUnique({ where: { id }, omit: { plan: true } });
  return row ? (await withSteps(client, [row]))[0] : undefined;
}

export async function listSummaries(client: Client, { projectId, status, limit, cursor }: WorkflowFilter): Promise<WorkflowPage> {
  const where = { ...(projectId !== undefined && { projectId }), ...(status && { status }), ...(cursor !== undefined && before(cursor)) };
  const rows = await client.workflow.findMany({
    where,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    omit: { plan: true },
  });
  const items = await withSteps(client, rows.slice(0, limit));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last && { next: writeCursor(last) }) };
}

/** The first condition lets an index find the place, the second is exact. */
function before(cursor: string) {
  const { createdAt, id } = readCursor(cursor);
  return { createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] };
}

type Head = Parameters<typeof toWorkflowHead>[0];

/** Steps are counted after their workflows were read: a workflow seen as ended never shows a step that runs. */
async function withSteps(client: Client, heads: readonly Head[]): Promise<WorkflowSummary[]> {
  if (heads.length === 0) return [];
  const groups = await client.workflowStep.groupBy({
    by: ['workflowId', 'status', 'waitingFor'],
    where: { workflowId: { in: heads.map(({ id }) => id) } },
    _count: true,
    _min: { waitingSince: true },
    orderBy: { _min: { waitingSince: 'asc' } },
  });
  return heads.map((head) => {
    const own = groups.filter(({ workflowId }) => workflowId === head.id);
    return { ...toWorkflowHead(head), counts: countsOf(own), waitingFor: waitingOf(own) };
  });
}

function countsOf(groups: readonly { status: string; _count: number }[]): Record<StepStatus, number> {
  const counts = Object.fromEntries(STEP_STATUSES.map((status) => [status, 0])) as Record<StepStatus, number>;
  for (const { status, _count } of groups) counts[status as StepStatus] += _count;
  return counts;
}

/** The groups come oldest first. */
function waitingOf(groups: readonly { waitingFor: string | null }[]): PersonWaitingKind[] {
  return groups.map(({ waitingFor }) => waitingFor).filter((kind) => kind !== null) as PersonWaitingKind[];
}
