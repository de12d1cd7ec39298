import { notFound, rejected } from '../../domain/errors.js';
import { agentRunId, type EpochRef } from '../../domain/names.js';
import type { AgentRunRepository } from '../../ports/agent-run-repository.js';
import { claimText, type Taken, toClaimed } from './claims.js';
import type { Client } from './connect.js';
import { toJsonText } from './json.js';
import { toAgentRun } from './rows.js';

export function createAgentRunRepository(client: Client): AgentRunRepository {
  return {
    async claim(claim) {
      const [answer] = await client.$queryRaw<Answer>`SELECT claim_attempt(${claimText(claim)}::jsonb) AS taken`;
      return toClaimed(claim, answer.taken);
    },
    async passGate(claim) {
      const [answer] = await client.$queryRaw<Answer>`SELECT pass_gate(${claimText(claim)}::jsonb) AS taken`;
      toClaimed(claim, answer.taken);
    },
    async append(run, events) {
      const { workflowId, taskId, attempt, epoch } = run;
      const told = toJsonText(events.map((event) => ({ workflowId, taskId, attempt, epoch, ...event })));
      const held = await client.$queryRaw<unknown[]>`
        WITH held AS (
          SELECT epoch FROM agent_runs
          WHERE workflow_id = ${workflowId} AND task_id = ${taskId} AND attempt = ${attempt} AND epoch = ${epoch} AND status <> 'lost'
          FOR SHARE
        )
        SELECT append_events(${told}::jsonb)::text FROM held`;
      if (held.length === 0) throw await whyNotHeld(client, run);
    },
    async end(run, { status, exitCode = null, result }) {
      const { workflowId, taskId, attempt, epoch } = run;
      const data = { status, ...(exitCode !== null && { exitCode }) };
      const told = toJsonText([{ type: 'agent-run-ended', workflowId, taskId, attempt, epoch, data }]);
      const ended = await client.$queryRaw<unknown[]>`
        WITH ended AS (
          UPDATE agent_runs
          SET status = ${status}, exit_code = ${exitCode}, result = ${result === undefined ? null : toJsonText(result)}::jsonb, ended_at = now()
          WHERE workflow_id = ${workflowId} AND task_id = ${taskId} AND attempt = ${attempt} AND epoch = ${epoch} AND status = 'running'
          RETURNING epoch
        )
        SELECT append_events(${told}::jsonb)::text FROM ended`;
      if (ended.length === 0) await refuseUnlessEnded(client, run);
    },
    async resultOf({ workflowId, taskId, attempt }) {
      const where = { workflowId, taskId, attempt, status: { notIn: ['running', 'lost'] } };
      const row = await client.agentRun.findFirst({ where, orderBy: { epoch: 'desc' }, select: { result: true } });
      return row?.result ?? undefined;
    },
    async forStep(workflowId, taskId) {
      const orderBy = [{ attempt: 'asc' as const }, { epoch: 'asc' as const }];
      const rows = await client.agentRun.findMany({ where: { workflowId, taskId }, orderBy, omit: { result: true } });
      return rows.map(toAgentRun);
    },
    async runningOn(worker) {
      const orderBy = [{ startedAt: 'asc' as const }, { workflowId: 'asc' as const }, { taskId: 'asc' as const }];
      const rows = await client.agentRun.findMany({ where: { worker, status: 'running' }, orderBy, omit: { result: true } });
      return rows.map(toAgentRun);
    },
  };
}

type Answer = [{ readonly taken: Taken }];

async function refuseUnlessEnded(client: Client, run: EpochRef): Promise<void> {
  const status = await statusOf(client, run);
  if (status === undefined || status === 'lost') throw lostOrAbsent(run, status);
}

async function whyNotHeld(client: Client, run: EpochRef): Promise<Error> {
  return lostOrAbsent(run, await statusOf(client, run));
}

async function statusOf(client: Client, { workflowId, taskId, attempt, epoch }: EpochRef): Promise<string | undefined> {
  const key = { workflowId, taskId, attempt, epoch };
  const row = await client.agentRun.findUnique({ where: { workflowId_taskId_attempt_epoch: key }, select: { status: true } });
  return row?.status;
}

function lostOrAbsent(run: EpochRef, status: string | undefined): Error {
  const id = agentRunId(run);
  if (status === undefined) return notFound('agent run', id);
  const { workflowId, taskId, attempt, epoch } = run;
  return rejected('epoch-lost', `agent run ${id} was taken over by another worker`, { workflowId, taskId, attempt, epoch });
}
