import { notFound, rejected } from '../../domain/errors.js';
import type { AgentRun, Claim, Claimed } from '../../ports/agent-run-repository.js';
import { toJsonText } from './json.js';
import { type AgentRunRow, toAgentRun } from './rows.js';

/** What the SQL functions `claim_attempt` and `pass_gate` answer. */
export type Taken =
  | { readonly how: Claimed['how']; readonly run: AgentRunRow; readonly lost: AgentRunRow | null }
  | { readonly refused: 'not-found' | 'stale-attempt' | 'stale-claim' | 'step-settled'; readonly status?: string };

/** A claim as those functions take it. */
export function claimText({ workflowId, taskId, attempt, agent, host, worker, taskToken, handedOutAt, isolation, seq }: Claim): string {
  return toJsonText({ workflowId, taskId, attempt, agent, host, worker, taskToken, handedOutAt, isolation, seq });
}

export function toClaimed(claim: Claim, taken: Taken): Claimed {
  if ('refused' in taken) throw claimRefused(claim, taken);
  const lost: { lost?: AgentRun } = taken.lost ? { lost: toAgentRun(taken.lost) } : {};
  return { how: taken.how, run: toAgentRun(taken.run), ...lost };
}

function claimRefused({ workflowId, taskId, attempt }: Claim, { refused, status }: Extract<Taken, { refused: string }>): Error {
  const step = `${workflowId}/${taskId}`;
  if (refused === 'not-found') return notFound('step', step);
  if (refused === 'stale-claim')
    return rejected(refused, `attempt ${attempt} of step ${step} was handed to another worker since`, { status });
  const message =
    refused === 'step-settled'
      ? `step ${step} is ${status}; attempt ${attempt} cannot begin`
      : `attempt ${attempt} of step ${step} is over: the step has moved on`;
  return rejected(refused, message, { workflowId, taskId, attempt, status });
}
