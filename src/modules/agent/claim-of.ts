import type { AttemptInput } from '../../domain/activities.js';

/** What Temporal says of an activity that it hands out. */
export interface HandOut {
  /** Task token, base64. */
  readonly taskToken: string;
  /** Milliseconds of the server's clock; later for each retry. */
  readonly handedOutAt: number;
}

/** What this worker claims of an attempt. */
export function claimOf({ host, worker }: { host: string; worker: string }, input: AttemptInput, agent: string, handOut: HandOut) {
  const { workflowId, taskId, attempt, seq } = input;
  const { taskToken, handedOutAt } = handOut;
  return { workflowId, taskId, attempt, seq, agent, taskToken, handedOutAt, host, worker };
}
