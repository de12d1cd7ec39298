import type { Client } from '@temporalio/client';

/** `temporal.api.enums.v1`: EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT, and TIMEOUT_TYPE_START_TO_CLOSE: a worker had it and never answered. */
const WORKFLOW_TASK_TIMED_OUT = 8;
const START_TO_CLOSE = 1;

/** Longer than the time-out of a workflow task. */
const LOOK_MS = 15_000;

/** Whether a worker that was killed then held a workflow task, which blocks its workflow until the time-out. */
export async function caughtWorkflowTask(client: Client, workflowId: string, killedAt: number): Promise<boolean> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).some(({ eventType, eventTime, workflowTaskTimedOutEventAttributes: timedOut }) => {
    const afterMs = Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6 - killedAt;
    return eventType === WORKFLOW_TASK_TIMED_OUT && timedOut?.timeoutType === START_TO_CLOSE && afterMs > 0 && afterMs < LOOK_MS;
  });
}
