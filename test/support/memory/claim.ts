import { notFound, rejected } from '../../../src/domain/errors.js';
import { agentRunId } from '../../../src/domain/names.js';
import { isStepSettled } from '../../../src/domain/status.js';
import type { Claim, Claimed } from '../../../src/ports/agent-run-repository.js';
import { toRun } from './agent-run-repository.js';
import type { MemoryDatabase, RunRow, StepRow } from './database.js';

export function claimAttempt(database: MemoryDatabase, claim: Claim): Claimed {
  const { workflowId, taskId, attempt, seq } = claim;
  const step = database.step(workflowId, taskId);
  if (!step) throw notFound('step', `${workflowId}/${taskId}`);
  if (attempt < step.attempt) throw stale(claim);
  const ofStep = database.runs.filter((run) => run.workflowId === workflowId && run.taskId === taskId);
  const epochs = ofStep.filter((run) => run.attempt === attempt);
  const latest = epochs.at(-1);
  if (latest && latest.status !== 'running' && latest.status !== 'lost') return { how: 'ended', run: toRun(latest) };
  if (isStepSettled(step.status)) throw rejected('step-settled', `step ${taskId} is ${step.status}`, { status: step.status });
  if (seq < step.seq || (seq === step.seq && !latest)) throw stale(claim);
  if (latest?.status === 'running' && claim.handedOutAt < (latest.handedOutAt ?? 0))
    throw rejected('stale-claim', 'handed to another since');
  const claimed =
    latest?.status === 'running' && latest.worker === claim.worker ? goOn(latest, epochs, claim) : takeOver(database, ofStep, claim);
  if (step.seq < seq) markRunning(step, claim, database.now());
  return claimed;
}

function stale({ taskId, attempt }: Claim): Error {
  return rejected('stale-attempt', `attempt ${attempt} of step ${taskId} is over`);
}

function goOn(run: RunRow, epochs: readonly RunRow[], { taskToken, handedOutAt, isolation }: Claim): Claimed {
  Object.assign(run, { taskToken, handedOutAt, ...(isolation && { isolation }) });
  const before = epochs.at(-2);
  return { how: 'continued', run: toRun(run), ...(before && { lost: toRun(before) }) };
}

function takeOver(database: MemoryDatabase, ofStep: readonly RunRow[], claim: Claim): Claimed {
  const lost = ofStep.find(({ status }) => status === 'running');
  if (lost) lose(database, lost);
  const epoch = ofStep.filter(({ attempt }) => attempt === claim.attempt).length + 1;
  const run = newRun(database, claim, epoch);
  database.runs.push(run);
  const { workflowId, taskId, attempt, agent, host, worker } = claim;
  if (epoch === 1) database.append([{ type: 'step-started', workflowId, taskId, attempt, data: {} }]);
  database.append([{ type: 'agent-run-started', workflowId, taskId, attempt, epoch, data: { agent, host, worker } }]);
  return { how: epoch === 1 ? 'begun' : 'taken-over', run: toRun(run), ...(lost && { lost: toRun(lost) }) };
}

function lose(database: MemoryDatabase, run: RunRow): void {
  Object.assign(run, { status: 'lost', endedAt: database.now() });
  const { workflowId, taskId, attempt, epoch, host, worker } = run;
  database.append([{ type: 'agent-run-lost', workflowId, taskId, attempt, epoch, data: { host, worker } }]);
}

function newRun(database: MemoryDatabase, claim: Claim, epoch: number): RunRow {
  const { workflowId, taskId, attempt, agent, host, worker, taskToken, handedOutAt, isolation } = claim;
  const ref = { workflowId, taskId, attempt, epoch };
  const life = { agent, status: 'running' as const, host, worker, taskToken, handedOutAt, startedAt: database.now() };
  return { ...ref, id: agentRunId(ref), ...life, ...(isolation && { isolation }) };
}

function markRunning(step: StepRow, { attempt, seq }: Claim, now: Date): void {
  Object.assign(step, { status: 'running', attempt, seq, error: undefined, waitingFor: undefined, waitingSince: undefined });
  step.startedAt ??= now;
}
