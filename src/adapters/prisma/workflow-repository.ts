import type { WorkflowRepository } from '../../ports/workflow-repository.js';
import { acceptWorkflow } from './accept-workflow.js';
import type { Client } from './connect.js';
import { toWorkflow } from './rows.js';
import { cancelPending, recordChanges, startWorkflow } from './workflow-changes.js';
import { findSummary, listSummaries } from './workflow-summaries.js';

export function createWorkflowRepository(client: Client): WorkflowRepository {
  return {
    accept: (workflow) => acceptWorkflow(client, workflow),
    async findByKey(projectId, idempotencyKey) {
      const row = await client.workflow.findUnique({ where: { projectId_idempotencyKey: { projectId, idempotencyKey } } });
      return row?.bodyHash ? { workflow: toWorkflow(row), bodyHash: row.bodyHash } : undefined;
    },
    async find(id) {
      const row = await client.workflow.findUnique({ where: { id } });
      return row ? toWorkflow(row) : undefined;
    },
    summary: (id) => findSummary(client, id),
    list: (filter) => listSummaries(client, filter),
    start: (id, seq) => startWorkflow(client, id, seq),
    cancelPending: (id, reason) => cancelPending(client, id, reason),
    record: (id, steps, workflow) => recordChanges(client, id, steps, workflow),
    async idsIn(status, limit) {
      const orderBy = [{ createdAt: 'asc' as const }, { id: 'asc' as const }];
      const rows = await client.workflow.findMany({ where: { status }, orderBy, take: limit, select: { id: true } });
      return rows.map(({ id }) => id);
    },
  };
}
