import { notFound } from '../../domain/errors.js';
import type { NewEvent } from '../../domain/events.js';
import type { StepCompletion, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';
import type { Client } from './connect.js';
import { toJsonText } from './json.js';
import { toWorkflowStep } from './rows.js';

export function createWorkflowStepRepository(client: Client): WorkflowStepRepository {
  const find = async (workflowId: string, taskId: string) => {
    const row = await client.workflowStep.findUnique({ where: { workflowId_taskId: { workflowId, taskId } } });
    return row ? toWorkflowStep(row) : undefined;
  };
  return {
    find,
    async list(workflowId) {
      const rows = await client.workflowStep.findMany({ where: { workflowId }, orderBy: { position: 'asc' } });
      return rows.map(toWorkflowStep);
    },
    async complete(completion) {
      const { workflowId, taskId } = completion;
      if (await moveToCompleted(client, completion)) return;
      if (!(await find(workflowId, taskId))) throw notFound('step', `${workflowId}/${taskId}`);
    },
  };
}

/** False when the row knows of something newer, this completion itself perhaps. */
async function moveToCompleted(client: Client, completion: StepCompletion): Promise<boolean> {
  const { workflowId, taskId, attempt, seq, commit = null } = completion;
  const moved = await client.$queryRaw<unknown[]>`
    WITH moved AS (
      UPDATE workflow_steps
      SET status = 'completed', seq = ${seq}, commit = ${commit}, error = NULL, waiting_for = NULL, waiting_since = NULL, ended_at = now()
      WHERE workflow_id = ${workflowId} AND task_id = ${taskId} AND attempt = ${attempt} AND seq < ${seq}
      RETURNING task_id
    )
    SELECT append_events(${toJsonText(completionEvents(completion))}::jsonb)::text FROM moved`;
  return moved.length > 0;
}

function completionEvents({ workflowId, taskId, attempt, commit, integrated }: StepCompletion): NewEvent[] {
  const of = { workflowId, taskId, attempt };
  const completed: NewEvent = { type: 'step-completed', ...of, data: { ...(commit && { commit }) } };
  return integrated ? [{ type: 'step-integrated', ...of, data: { commit, head: integrated } }, completed] : [completed];
}
