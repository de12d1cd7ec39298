import type { StepChange } from '../../domain/outcome.js';
import { isStepSettled } from '../../domain/status.js';
import type { WorkflowRepository } from '../../ports/workflow-repository.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';

/** Above every number that a graph hands out, so that what is written here is the last word. */
const LAST_SEQ = 2_000_000_000;

/**
 * Cancels a run that Temporal does not have any more (terminated in its Web UI, or its data is gone): nobody else will ever end its rows. A run
 * that has just ended by itself has written its end before, and stays as it ended.
 */
export async function cancelWithoutEngine(
  { workflows, steps }: { workflows: WorkflowRepository; steps: WorkflowStepRepository },
  workflowId: string,
  reason: string,
): Promise<void> {
  const open = (await steps.list(workflowId)).filter(({ status }) => !isStepSettled(status));
  await workflows.record(workflowId, open.map(ending), { seq: LAST_SEQ, status: 'cancelled', reason });
}

function ending({ taskId, status, attempt }: WorkflowStep): StepChange {
  const hasBegun = attempt > 0 || status === 'waiting';
  return { seq: LAST_SEQ, taskId, status: hasBegun ? 'cancelled' : 'skipped', attempt };
}
