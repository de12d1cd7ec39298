import { notFound, rejected } from '../../../src/domain/errors.js';
import type { NewWorkflow, Workflow, WorkflowRepository } from '../../../src/ports/workflow-repository.js';
import type { MemoryDatabase, StepRow, WorkflowRow } from './database.js';
import { cancelPending, record } from './workflow-changes.js';
import { listWorkflows, summaryOf, toHead } from './workflow-summaries.js';

export function memoryWorkflows(database: MemoryDatabase): WorkflowRepository {
  const byKey = (projectId: string, key: string) =>
    [...database.workflows.values()].find((row) => row.projectId === projectId && row.idempotency?.key === key);
  return {
    async accept(workflow) {
      if (!database.projects.has(workflow.projectId)) throw notFound('project', workflow.projectId);
      const { idempotency } = workflow;
      const known = idempotency ? byKey(workflow.projectId, idempotency.key) : database.workflows.get(workflow.id);
      if (known && known.idempotency?.bodyHash !== idempotency?.bodyHash) throw rejected('idempotency-conflict', 'another body');
      return { workflow: toWorkflow(known ?? insert(database, workflow)), isNew: !known };
    },
    async findByKey(projectId, key) {
      const row = byKey(projectId, key);
      return row?.idempotency && { workflow: toWorkflow(row), bodyHash: row.idempotency.bodyHash };
    },
    async find(id) {
      const row = database.workflows.get(id);
      return row && toWorkflow(row);
    },
    async summary(id) {
      const row = database.workflows.get(id);
      return row && summaryOf(database, row);
    },
    list: async (filter) => listWorkflows(database, filter),
    async start(id, seq) {
      const row = existing(database, id);
      if (row.status !== 'pending') return row.status;
      Object.assign(row, { status: 'running', seq: Math.max(row.seq, seq), startedAt: database.now() });
      database.append([{ type: 'workflow-started', workflowId: id, data: {} }]);
      return row.status;
    },
    cancelPending: async (id, reason) => cancelPending(database, existing(database, id), reason),
    record: async (id, steps, workflow) => record(database, existing(database, id), steps, workflow),
    idsIn: async (status, limit) =>
      [...database.workflows.values()]
        .filter((row) => row.status === status)
        .slice(0, limit)
        .map(({ id }) => id),
  };
}

function existing(database: MemoryDatabase, id: string): WorkflowRow {
  const row = database.workflows.get(id);
  if (!row) throw notFound('workflow', id);
  return row;
}

function insert(database: MemoryDatabase, { id, projectId, plan, base, idempotency }: NewWorkflow): WorkflowRow {
  const createdAt = database.now();
  const unset = { reason: undefined, startedAt: undefined, endedAt: undefined };
  const row: WorkflowRow = {
    id,
    projectId,
    plan: structuredClone(plan),
    base,
    idempotency,
    createdAt,
    status: 'pending',
    seq: 0,
    ...unset,
  };
  database.workflows.set(id, row);
  database.steps.set(id, new Map(row.plan.tasks.map((task, position) => [task.id, newStep(id, task, position)])));
  database.append([{ type: 'workflow-accepted', workflowId: id, data: { name: plan.name, projectId, tasks: plan.tasks.length } }]);
  return row;
}

function newStep(workflowId: string, task: StepRow['task'], position: number): StepRow {
  const unset = {
    waitingFor: undefined,
    waitingSince: undefined,
    error: undefined,
    commit: undefined,
    startedAt: undefined,
    endedAt: undefined,
  };
  return { workflowId, taskId: task.id, position, task, status: 'pending', attempt: 0, seq: 0, ...unset };
}

function toWorkflow(row: WorkflowRow): Workflow {
  return { ...toHead(row), plan: row.plan };
}
