import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { CANCEL, RUN_GRAPH, type RunGraphInput } from '../../domain/messages.js';
import { MAIN_QUEUE } from '../../domain/names.js';
import type { WorkflowEngine } from '../../ports/workflow-engine.js';
import { isGone, temporalErrors } from './errors.js';
import { releaseActivity, releaseWorkflow } from './release.js';
import { graphAttributes } from './search-attributes.js';

/** Temporal behind the port. */
export function createWorkflowEngine(client: Client): WorkflowEngine {
  return {
    start: (request) => temporalErrors(() => start(client, request)),
    cancel: (workflowId, reason) => temporalErrors(() => cancel(client, workflowId, reason)),
    releaseActivity: (taskToken) => temporalErrors(() => releaseActivity(client, taskToken)),
    releaseWorkflow: (workflowId, deadWorker) => temporalErrors(() => releaseWorkflow(client, workflowId, deadWorker)),
    isReachable: () => isReachable(client),
  };
}

/** A worker that is killed while it holds a workflow task blocks that workflow for this long; the default of 10 s was measured to cost 7 s more. */
const WORKFLOW_TASK_TIMEOUT = '3s';

async function start(client: Client, { workflowId, projectId, title }: Parameters<WorkflowEngine['start']>[0]): Promise<void> {
  const input: RunGraphInput = { workflowId, projectId };
  try {
    await client.workflow.start(RUN_GRAPH, {
      workflowId,
      taskQueue: MAIN_QUEUE,
      args: [input],
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: title,
      typedSearchAttributes: graphAttributes({ workflowId, projectId }),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** The signal carries the reason; the request makes Temporal show the run as cancelled. */
async function cancel(client: Client, workflowId: string, reason: string): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    await handle.signal(CANCEL, { reason });
    await handle.cancel();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Readiness asks often, so it may not wait for long. */
const REACHABLE_MS = 2_000;

async function isReachable(client: Client): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + REACHABLE_MS, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
