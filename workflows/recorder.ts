import { condition, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../src/domain/activities.js';
import type { StepChange, WorkflowChange } from '../src/domain/outcome.js';
import { ANY_WORKER } from './activity-options.js';

const { record } = proxyActivities<Activities>({ ...ANY_WORKER, summary: 'Record what only the graph knows' });

/** Keeps one payload far below Temporal's limits: an error message has at most a few kilobytes. */
const CHANGES_A_CALL = 200;

/** Tells the database what only the graph knows. At most one call is under way; what comes meanwhile goes with the next. */
export class Recorder {
  private pending: StepChange[] = [];
  private ending: WorkflowChange | undefined;
  private isBusy = false;

  constructor(private readonly workflowId: string) {}

  add(changes: readonly StepChange[]): void {
    this.pending.push(...changes);
    if (this.pending.length > 0) void this.pump();
  }

  /** Everything is written when this resolves; `ending` last of all. */
  async close(ending?: WorkflowChange): Promise<void> {
    this.ending = ending;
    if (ending) void this.pump();
    await condition(() => !this.isBusy);
  }

  private async pump(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.pending.length > 0 || this.ending) await record(this.nextCall());
    this.isBusy = false;
  }

  private nextCall() {
    const steps = this.pending.splice(0, CHANGES_A_CALL);
    const workflow = this.pending.length === 0 ? this.ending : undefined;
    if (workflow) this.ending = undefined;
    return { workflowId: this.workflowId, steps, ...(workflow && { workflow }) };
  }
}
