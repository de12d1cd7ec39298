import type { AttemptInput } from '../../domain/activities.js';

/** What this worker claims of an attempt. */
export function claimOf({ host, worker }: { host: string; worker: string }, input: AttemptInput, agent: string, taskToken: string) {
  const { workflowId, taskId, attempt, seq } = input;
  return { workflowId, taskId, attempt, seq, agent, taskToken, host, worker };
}
