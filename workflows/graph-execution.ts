import { condition, makeContinueAsNewFunc, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { carryRun } from '../src/domain/carried-run.js';
import type { CancelSignal, RunGraphInput, TaskSettledSignal } from '../src/domain/messages.js';
import { cancelRun, nextSeq, type Run, type Start, settle, startReady, verdict } from '../src/domain/run.js';
import type { Mailbox } from './mailbox.js';
import { Recorder } from './recorder.js';
import { needsHuman, state } from './search-attributes.js';
import { TaskHosts } from './task-hosts.js';

export type Verdict = 'completed' | 'failed' | 'cancelled';
export type Letter = ({ readonly kind: 'settled' } & TaskSettledSignal) | ({ readonly kind: 'cancel' } & CancelSignal);

/**
 * Plays a run until it is settled or continues as new. Which tasks start and what an outcome means is decided in `src/domain/run.ts`; here it is
 * only carried out.
 *
 * 1. `run` changes in `play` alone, between two waits: no handler touches it.
 * 2. Once continue-as-new is due, tasks start as children only; when no inline task is left nothing starts until it has happened.
 * 3. Nothing is carried that the recorder has not written.
 */
export class GraphExecution {
  private readonly recorder: Recorder;
  private readonly hosts: TaskHosts;
  private cancelReason: string | undefined;
  private isHumanNeeded: boolean;

  constructor(
    private readonly input: RunGraphInput,
    private readonly run: Run,
    private readonly mailbox: Mailbox<Letter>,
  ) {
    this.recorder = new Recorder(input.workflowId);
    this.hosts = new TaskHosts((settled) => mailbox.put({ kind: 'settled', ...settled }));
    this.cancelReason = input.carried?.cancelReason;
    this.isHumanNeeded = run.waiting.size > 0;
  }

  async play(): Promise<Verdict> {
    for (;;) {
      for (const letter of this.mailbox.takeAll()) this.handle(letter);
      this.showWhetherHumanIsNeeded();
      const end = verdict(this.run);
      if (end) return this.end(end);
      if (this.canContinueAsNew) return this.continueAsNew();
      this.startTasks();
      await condition(() => !this.mailbox.isEmpty || this.canContinueAsNew);
    }
  }

  private startTasks(): void {
    if (this.isContinueAsNewDue && this.hosts.inlineCount === 0) return;
    for (const start of startReady(this.run)) this.startTask(start);
  }

  private startTask({ index, task, attempt, seq }: Start): void {
    const { projectId, workflowId } = this.input;
    const input = { projectId, workflowId, taskId: task.id, attempt, seq, index, task };
    if (this.isContinueAsNewDue) this.hosts.runAsChild(input);
    else this.hosts.runInline(input);
  }

  private handle(letter: Letter): void {
    if (letter.kind === 'cancel') this.cancel(letter.reason);
    else if (this.run.attempts[letter.index] === letter.attempt) this.recorder.add(settle(this.run, letter.index, letter.outcome));
  }

  private cancel(reason: string): void {
    if (this.run.mode === 'cancelled') return;
    this.cancelReason = reason;
    this.recorder.add(cancelRun(this.run));
    for (const index of this.run.running) this.hosts.cancel(this.refOf(index));
  }

  private refOf(index: number) {
    const taskId = this.run.graph.tasks[index]?.id as string;
    return { index, workflowId: this.input.workflowId, taskId, attempt: this.run.attempts[index] as number };
  }

  private showWhetherHumanIsNeeded(): void {
    const isNeeded = this.run.waiting.size > 0;
    if (isNeeded !== this.isHumanNeeded) upsertSearchAttributes([{ key: needsHuman, value: isNeeded }]);
    this.isHumanNeeded = isNeeded;
  }

  private async end(status: Verdict): Promise<Verdict> {
    const reason = status === 'cancelled' ? this.cancelReason : undefined;
    await this.recorder.close({ seq: nextSeq(this.run), status, ...(reason && { reason }) });
    upsertSearchAttributes([{ key: state, value: status }]);
    return status;
  }

  private get isContinueAsNewDue(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    return continueAsNewSuggested || historyLength >= (this.input.maxEvents ?? Number.POSITIVE_INFINITY);
  }

  private get canContinueAsNew(): boolean {
    return this.isContinueAsNewDue && this.hosts.isIdle && this.mailbox.isEmpty;
  }

  /** What came while the recorder was busy is in the mailbox and belongs to this run: then the loop goes on and tries again. */
  private async continueAsNew(): Promise<Verdict> {
    await this.recorder.close();
    if (!this.mailbox.isEmpty) return this.play();
    const carried = { run: carryRun(this.run), ...(this.cancelReason && { cancelReason: this.cancelReason }) };
    return makeContinueAsNewFunc<(input: RunGraphInput) => Promise<Verdict>>({ workflowTaskTimeout: '3s' })({ ...this.input, carried });
  }
}
