import { bug, notFound, rejected } from '../../domain/errors.js';
import type { NewWorkflow, Workflow } from '../../ports/workflow-repository.js';
import type { Client } from './connect.js';
import { isForeignKeyViolation } from './database-errors.js';
import { toJsonText } from './json.js';
import { toWorkflow } from './rows.js';

/** Two round trips for a new workflow, whatever its size: one statement that writes, one that reads what stands there now. */
export async function acceptWorkflow(client: Client, workflow: NewWorkflow): Promise<{ workflow: Workflow; isNew: boolean }> {
  const isNew = await insert(client, workflow);
  return { workflow: await findAccepted(client, workflow), isNew };
}

async function insert(client: Client, { id, projectId, plan, base, idempotency }: NewWorkflow): Promise<boolean> {
  const accepted = toJsonText({ id, projectId, plan, base, ...idempotency });
  try {
    const [answer] = await client.$queryRaw<[{ isNew: boolean }]>`SELECT accept_workflow(${accepted}::jsonb) AS "isNew"`;
    return answer.isNew;
  } catch (error) {
    throw isForeignKeyViolation(error) ? notFound('project', projectId) : error;
  }
}

/** By its key, or by its id when the same acceptance is repeated without one. */
async function findAccepted(client: Client, { id, projectId, idempotency }: NewWorkflow): Promise<Workflow> {
  const projectKey = { projectId, idempotencyKey: idempotency?.key ?? '' };
  const row = await client.workflow.findUnique({ where: idempotency ? { projectId_idempotencyKey: projectKey } : { id } });
  if (!row) throw bug('the id of a new workflow is taken', { id });
  if (!idempotency || row.bodyHash === idempotency.bodyHash) return toWorkflow(row);
  throw rejected(
    'idempotency-conflict',
    `the Idempotency-Key "${idempotency.key}" was used for another request, workflow ${row.id}; expected a new key`,
    { workflowId: row.id },
  );
}
