import { notFound, rejected } from '../../../src/domain/errors.js';
import { agentRunId, type EpochRef } from '../../../src/domain/names.js';
import type { AgentRun, AgentRunRepository } from '../../../src/ports/agent-run-repository.js';
import { claimAttempt } from './claim.js';
import type { MemoryDatabase, RunRow } from './database.js';

export function memoryAgentRuns(database: MemoryDatabase): AgentRunRepository {
  return {
    claim: async (claim) => claimAttempt(database, claim),
    async passGate(claim) {
      const { how, run } = claimAttempt(database, claim);
      if (how === 'ended') return;
      endRun(database, findRun(database, run), 'succeeded');
      const { workflowId, taskId, attempt, seq } = claim;
      Object.assign(database.step(workflowId, taskId) ?? {}, { status: 'completed', seq: seq + 1, endedAt: database.now() });
      database.append([{ type: 'step-completed', workflowId, taskId, attempt, data: {} }]);
    },
    async append(ref, events) {
      if (findRun(database, ref).status === 'lost') throw epochLost(ref);
      const { workflowId, taskId, attempt, epoch } = ref;
      database.append(events.map((event) => ({ workflowId, taskId, attempt, epoch, ...event })));
    },
    async end(ref, { status, exitCode, result }) {
      const run = findRun(database, ref);
      if (run.status === 'lost') throw epochLost(ref);
      if (run.status !== 'running') return;
      run.result = structuredClone(result);
      if (exitCode !== undefined) run.exitCode = exitCode;
      endRun(database, run, status);
    },
    async resultOf({ workflowId, taskId, attempt }) {
      const runs = database.runs.filter((run) => run.workflowId === workflowId && run.taskId === taskId && run.attempt === attempt);
      return runs.findLast(({ status }) => status !== 'running' && status !== 'lost')?.result;
    },
    forStep: async (workflowId, taskId) => database.runs.filter((run) => run.workflowId === workflowId && run.taskId === taskId).map(toRun),
    runningOn: async (worker) => database.runs.filter((run) => run.worker === worker && run.status === 'running').map(toRun),
  };
}

export function endRun(database: MemoryDatabase, run: RunRow, status: AgentRun['status']): void {
  run.status = status;
  run.endedAt = database.now();
  const { workflowId, taskId, attempt, epoch, exitCode } = run;
  const data = { status, ...(exitCode !== undefined && { exitCode }) };
  database.append([{ type: 'agent-run-ended', workflowId, taskId, attempt, epoch, data }]);
}

function findRun(database: MemoryDatabase, ref: EpochRef): RunRow {
  const run = database.runs.find(({ id }) => id === agentRunId(ref));
  if (!run) throw notFound('agent run', agentRunId(ref));
  return run;
}

function epochLost(ref: EpochRef): Error {
  return rejected('epoch-lost', `agent run ${agentRunId(ref)} was taken over by another worker`);
}

/** A copy without what only the database needs, for rows change. */
export function toRun({ result: _, handedOutAt: __, ...run }: RunRow): AgentRun {
  return run;
}
