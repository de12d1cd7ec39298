import {
  CancellationScope,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  TemporalFailure,
} from '@temporalio/workflow';
import { RUN_TASK_AS_CHILD, type RunTaskInput, type TaskSettledSignal } from '../src/domain/messages.js';
import { taskWorkflowId } from '../src/domain/names.js';
import type { TaskOutcome } from '../src/domain/outcome.js';
import { runTask } from './run-task.js';
import type { runTaskAsChild } from './run-task-as-child.js';

export type Settled = (settled: TaskSettledSignal) => void;

/**
 * The two hosts of `runTask`: inline in the graph's history (8 ms of CPU an activity), or a child workflow with a history of its own (70–90 ms of
 * CPU), which also outlives continue-as-new of the graph.
 */
export class TaskHosts {
  private readonly inline = new Map<number, CancellationScope>();
  /** Children that Temporal has not confirmed yet; continue-as-new must not come between. */
  private starting = 0;

  constructor(private readonly settled: Settled) {}

  get inlineCount(): number {
    return this.inline.size;
  }

  /** Nothing here would be lost by continue-as-new. */
  get isIdle(): boolean {
    return this.inline.size === 0 && this.starting === 0;
  }

  runInline(input: RunTaskInput): void {
    const scope = new CancellationScope();
    this.inline.set(input.index, scope);
    void scope
      .run(() => runTask(input))
      .then((outcome) => {
        this.inline.delete(input.index);
        this.tell(input, outcome);
      });
  }

  runAsChild(input: RunTaskInput): void {
    this.starting++;
    void this.startChild(input).then((child) =>
      child.result().then(
        (outcome) => this.tell(input, outcome),
        (error: unknown) => this.tell(input, endedOutside(error)),
      ),
    );
  }

  private async startChild(input: RunTaskInput): Promise<ChildWorkflowHandle<typeof runTaskAsChild>> {
    const child = await startChild<typeof runTaskAsChild>(RUN_TASK_AS_CHILD, {
      args: [input],
      workflowId: taskWorkflowId(input),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowTaskTimeout: '3s',
      staticSummary: input.task.title,
    });
    this.starting--;
    return child;
  }

  /** Asks a running task to stop, wherever it is hosted; its end is told as usual. */
  cancel(ref: { index: number; workflowId: string; taskId: string; attempt: number }): void {
    const scope = this.inline.get(ref.index);
    if (scope) scope.cancel();
    else void cancelChild(taskWorkflowId(ref));
  }

  private tell({ index, attempt }: RunTaskInput, outcome: TaskOutcome): void {
    this.settled({ index, attempt, outcome });
  }
}

/** A child that is over already has told its end, or its parent was told. */
async function cancelChild(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

/** Terminated in Temporal's Web UI, say: the attempt is over and nobody said how. */
function endedOutside(error: unknown): TaskOutcome {
  if (!(error instanceof TemporalFailure)) throw error;
  return { kind: 'failed', error: { code: 'ended-outside', message: `the task's workflow was ended from outside: ${error.message}` } };
}
