import { notFound } from '../../domain/errors.js';
import type { StepChange, WorkflowChange } from '../../domain/outcome.js';
import type { WorkflowStatus } from '../../domain/status.js';
import type { Client } from './connect.js';
import { storable, toJsonText } from './json.js';

/** `pending` to `running`; returns the status after. */
export async function startWorkflow(client: Client, id: string, seq: number): Promise<WorkflowStatus> {
  const told = toJsonText([{ type: 'workflow-started', workflowId: id }]);
  const started = await client.$queryRaw<unknown[]>`
    WITH started AS (
      UPDATE workflows SET status = 'running', seq = greatest(seq, ${seq}), started_at = now() WHERE id = ${id} AND status = 'pending' RETURNING id
    )
    SELECT append_events(${told}::jsonb)::text FROM started`;
  return started.length > 0 ? 'running' : statusOf(client, id);
}

export async function cancelPending(client: Client, id: string, reason: string): Promise<boolean> {
  const [answer] = await client.$queryRaw<[{ isCancelled: boolean }]>`
    SELECT cancel_pending_workflow(${id}, ${storable(reason)}) AS "isCancelled"`;
  if (!answer.isCancelled) await statusOf(client, id);
  return answer.isCancelled;
}

/** One statement, whatever the number of changes. */
export async function recordChanges(client: Client, id: string, steps: readonly StepChange[], workflow?: WorkflowChange): Promise<void> {
  const workflowText = workflow ? toJsonText(workflow) : null;
  const [answer] = await client.$queryRaw<[{ isKnown: boolean }]>`
    SELECT record_changes(${id}, ${toJsonText(steps)}::jsonb, ${workflowText}::jsonb) AS "isKnown"`;
  if (!answer.isKnown) throw notFound('workflow', id);
}

async function statusOf(client: Client, id: string): Promise<WorkflowStatus> {
  const row = await client.workflow.findUnique({ where: { id }, select: { status: true } });
  if (!row) throw notFound('workflow', id);
  return row.status as WorkflowStatus;
}
