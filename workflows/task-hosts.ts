import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  startChild,
  TemporalFailure,
} from '@temporalio/workflow';
import type { RunTaskInput, TaskSettledSignal } from '../src/domain/messages.js';
import { type AttemptRef, taskWorkflowId } from '../src/domain/names.js';
import type { TaskOutcome } from '../src/domain/outcome.js';
import { runTask } from './run-task.js';
import type { runTaskAsChild } from './run-task-as-child.js';
import { taskAttributes } from './search-attributes.js';

/**
 * The two hosts of `runTask`: inline in the graph's history (8 ms of CPU an activity), or a child workflow with a history of its own (70–90 ms of
 * CPU), which also outlives continue-as-new of the graph. Each task has a scope of its own, by which it is cancelled, also while it is being started.
 */
export class TaskHosts {
  private readonly scopes = new Map<number, CancellationScope>();
  private inline = 0;
  /** Children that Temporal has not confirmed yet; continue-as-new must not come between. */
  private starting = 0;

  constructor(private readonly settled: (settled: TaskSettledSignal) => void) {}

  get inlineCount(): number {
    return this.inline;
  }

  /** Nothing here would be lost by continue-as-new. */
  get isIdle(): boolean {
    return this.inline === 0 && this.starting === 0;
  }

  runInline(input: RunTaskInput): void {
    this.inline++;
    this.host(input, () =>
      runTask(input).finally(() => {
        this.inline--;
      }),
    );
  }

  runAsChild(input: RunTaskInput): void {
    this.starting++;
    this.host(input, async () => {
      const child = await startAsChild(input).finally(() => {
        this.starting--;
      });
      return child.result();
    });
  }

  /** Asks a running task to stop, wherever it is hosted; its end is told as usual. */
  cancel(ref: AttemptRef & { index: number }): void {
    const scope = this.scopes.get(ref.index);
    if (scope) scope.cancel();
    else void cancelInherited(taskWorkflowId(ref));
  }

  private host({ index, attempt }: RunTaskInput, work: () => Promise<TaskOutcome>): void {
    const scope = new CancellationScope();
    this.scopes.set(index, scope);
    void scope
      .run(work)
      .catch(endedOutside)
      .then((outcome) => {
        if (this.scopes.get(index) === scope) this.scopes.delete(index);
        this.settled({ index, attempt, outcome });
      });
  }
}

function startAsChild(input: RunTaskInput) {
  const { projectId, workflowId } = input;
  return startChild<typeof runTaskAsChild>('runTaskAsChild', {
    args: [input],
    workflowId: taskWorkflowId(input),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowTaskTimeout: '3s',
    staticSummary: input.task.title,
    typedSearchAttributes: taskAttributes({ projectId, workflowId }),
  });
}

/** A child of an earlier run of the graph. One that is over has told its end already. */
async function cancelInherited(workflowId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).cancel();
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

/** A child that did not say itself how it ended: cancelled before it began, or terminated in Temporal's Web UI, say. */
function endedOutside(error: unknown): TaskOutcome {
  if (isCancellation(error)) return { kind: 'cancelled' };
  if (!(error instanceof TemporalFailure)) throw error;
  return { kind: 'failed', error: { code: 'ended-outside', message: `the task's workflow was ended from outside: ${error.message}` } };
}
