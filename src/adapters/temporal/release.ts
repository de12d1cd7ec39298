import { ActivityNotFoundError, type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/**
 * How long Temporal waits before it gives a released activity out again. Less, and it may hand it to a long poll that the dead worker left
 * (measured with 1 ms: 5 of 12 were lost until their heartbeat time-out; with 300 ms none of 12).
 */
const HAND_OVER_DELAY = '300ms';

const workerDied = () => ApplicationFailure.create({ message: 'the worker died', type: 'worker-lost', nextRetryDelay: HAND_OVER_DELAY });

export async function releaseActivity(client: Client, taskToken: string): Promise<'released' | 'stale'> {
  try {
    await client.activity.fail(new Uint8Array(Buffer.from(taskToken, 'base64')), workerDied());
    return 'released';
  } catch (error) {
    if (error instanceof ActivityNotFoundError) return 'stale';
    throw error;
  }
}

/** Temporal's number for a pending activity that a worker has. */
const STARTED = 2;

/**
 * Fails by id the activities that the dead worker was handed (safe only because its incarnation is named as their last worker), and drops the
 * sticky queue, which would keep workflow tasks waiting for it. The same for the tasks that have a workflow of their own.
 */
export async function releaseWorkflow(client: Client, workflowId: string, deadWorker: string): Promise<void> {
  const tasks = await taskWorkflowsOf(client, workflowId);
  await Promise.all([workflowId, ...tasks].map((id) => releaseOne(client, id, deadWorker)));
}

async function releaseOne(client: Client, workflowId: string, deadWorker: string): Promise<void> {
  const description = await describe(client, workflowId);
  if (!description) return;
  const held = (description.pendingActivities ?? []).filter((one) => one.state === STARTED && one.lastWorkerIdentity === deadWorker);
  await Promise.all(held.map((one) => failById(client, workflowId, one.activityId as string)));
  await resetSticky(client, workflowId);
}

/** Tasks of a graph that have a workflow of their own, whichever run of the graph started them. */
async function taskWorkflowsOf(client: Client, workflowId: string): Promise<string[]> {
  const query = `PerennialWorkflow = '${workflowId}' AND PerennialKind = 'task' AND ExecutionStatus = 'Running'`;
  const ids: string[] = [];
  for await (const { workflowId: id } of client.workflow.list({ query })) ids.push(id);
  return ids;
}

async function describe(client: Client, workflowId: string) {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).raw;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function failById(client: Client, workflowId: string, activityId: string): Promise<void> {
  try {
    await client.activity.fail({ workflowId, activityId }, workerDied());
  } catch (error) {
    if (!(error instanceof ActivityNotFoundError)) throw error;
  }
}

/** gRPC: not found. The workflow has just ended. */
const NOT_FOUND = 5;

async function resetSticky(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflowService.resetStickyTaskQueue({ namespace: client.options.namespace, execution: { workflowId } });
  } catch (error) {
    if (!(isGrpcServiceError(error) && error.code === NOT_FOUND)) throw error;
  }
}
