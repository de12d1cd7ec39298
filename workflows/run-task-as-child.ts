import { CancellationScope, getExternalWorkflowHandle, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { RunTaskInput } from '../src/domain/messages.js';
import type { TaskOutcome } from '../src/domain/outcome.js';
import { runTask } from './run-task.js';
import { taskSettled } from './signals.js';

/** Hosts one attempt as a workflow of its own, and tells the graph's present run how it ended, whichever run of the graph started it. */
export async function runTaskAsChild(input: RunTaskInput): Promise<TaskOutcome> {
  const outcome = await runTask(input);
  await CancellationScope.nonCancellable(() => tellGraph(input, outcome));
  return outcome;
}

/** The only way this fails is that the graph is over, and then it needs no telling: what counts is in the database. */
async function tellGraph({ workflowId, index, attempt }: RunTaskInput, outcome: TaskOutcome): Promise<void> {
  const graph = getExternalWorkflowHandle(workflowInfo().parent?.workflowId ?? workflowId);
  try {
    await graph.signal(taskSettled, { index, attempt, outcome });
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
  }
}
