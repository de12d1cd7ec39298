import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { Activities, AttemptInput } from '../src/domain/activities.js';
import type { RunTaskInput } from '../src/domain/messages.js';
import type { TaskOutcome } from '../src/domain/outcome.js';
import { finishOptions, gateOptions, workOptions } from './activity-options.js';

/**
 * One attempt at one task. Never waits for a person: what needs one is returned, and the graph decides. Runs inline in the graph's history or as
 * a child workflow; it does not know which.
 */
export async function runTask(input: RunTaskInput): Promise<TaskOutcome> {
  try {
    return await (input.task.isGate ? passGate(input) : workAndFinish(input));
  } catch (error) {
    if (isCancellation(error)) return { kind: 'cancelled' };
    return refusedOutcome(error);
  }
}

function passGate(input: RunTaskInput): Promise<TaskOutcome> {
  return proxyActivities<Activities>(gateOptions(input)).passGate(attemptOf(input));
}

async function workAndFinish(input: RunTaskInput): Promise<TaskOutcome> {
  const work = await proxyActivities<Activities>(workOptions(input)).workOnTask(attemptOf(input));
  if (work.kind !== 'succeeded') return work;
  return proxyActivities<Activities>(finishOptions(input)).finishTask({ ...attemptOf(input), tree: work.tree });
}

function attemptOf({ projectId, workflowId, taskId, attempt, seq }: RunTaskInput): AttemptInput {
  return { projectId, workflowId, taskId, attempt, seq };
}

/** An activity that refused for good failed the attempt; anything else is a bug and fails the workflow task, to be retried after the fix. */
function refusedOutcome(error: unknown): TaskOutcome {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  const code = cause instanceof ApplicationFailure && cause.type ? cause.type : 'activity-failed';
  return { kind: 'failed', error: { code, message: cause?.message ?? error.message } };
}
