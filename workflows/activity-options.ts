import { ActivityCancellationType, type ActivityOptions, type RetryPolicy } from '@temporalio/workflow';
import type { RunTaskInput } from '../src/domain/messages.js';
import { AGENT_QUEUE, activityId } from '../src/domain/names.js';

/** First retry after 100 ms: the default of 1 s was measured to cost 0.9 s at each hand-over. */
const RETRY: RetryPolicy = { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' };

/**
 * Of activities that any worker can do; they take milliseconds, so a minute means a lost worker. A cancel waits for those under way: what they do
 * is done, and the graph must hear of it.
 */
export const ANY_WORKER: ActivityOptions = {
  startToCloseTimeout: '1m',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: RETRY,
};

/**
 * An attempt outlives crashes: its retries have no end and do not slow down (a coefficient above 1 makes the ninth loss wait 25 s). Errors of our
 * own say themselves when to come back. The heartbeat time-out exceeds a restart of the server, else a server that was away disowns what runs.
 */
const ATTEMPT: ActivityOptions = {
  taskQueue: AGENT_QUEUE,
  heartbeatTimeout: '20s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '100ms', backoffCoefficient: 1 },
};

/** Time past the attempt's own time-out for opening, keeping and ending; the attempt itself is timed by its worker. */
const SLACK_MS = 15 * 60_000;

export function workOptions({ task, ...ref }: RunTaskInput): ActivityOptions {
  return {
    ...ATTEMPT,
    startToCloseTimeout: task.timeoutMs + SLACK_MS,
    activityId: activityId(ref, 'work'),
    summary: task.title,
    priority: { priorityKey: task.priority },
  };
}

export function finishOptions({ task, ...ref }: RunTaskInput): ActivityOptions {
  return { ...ANY_WORKER, startToCloseTimeout: '10m', heartbeatTimeout: '20s', activityId: activityId(ref, 'finish'), summary: task.title };
}

export function gateOptions({ task, ...ref }: RunTaskInput): ActivityOptions {
  return { ...ANY_WORKER, activityId: activityId(ref, 'gate'), summary: task.title };
}
