import { expect } from '@jest/globals';
import { carryRun, newRun, restoreRun } from '../../src/domain/carried-run.js';
import { type GraphTask, linkGraph } from '../../src/domain/graph.js';
import type { StepChange, TaskOutcome } from '../../src/domain/outcome.js';
import { cancelRun, type Run, settle, startReady, verdict } from '../../src/domain/run.js';
import { canMoveStep } from '../../src/domain/status.js';
import { allNeeds, dueNow, endOf, indexesOf, type Told } from './run-judge.js';

/** A run of which every answer is held against the rules, at every step. */
export class JudgedRun {
  private run: Run;
  private seq = 0;
  private hasStopped = false;
  readonly told: Told;
  /** All that the run did, in order. */
  readonly trace: string[] = [];

  constructor(tasks: readonly GraphTask[], maxParallel: number) {
    this.run = newRun(linkGraph(tasks), maxParallel);
    this.told = { tasks, maxParallel, statuses: tasks.map(() => 'pending'), attempts: tasks.map(() => 0), mode: 'going' };
  }

  get running(): number[] {
    return indexesOf(this.told, 'running');
  }

  start(): void {
    const due = dueNow(this.told);
    const starts = startReady(this.run);
    expect(starts.map(({ index }) => index)).toEqual(due);
    for (const { index, task, attempt, seq } of starts) {
      expect(task).toBe(this.told.tasks[index]);
      expect(attempt).toBe((this.told.attempts[index] as number) + 1);
      expect(attempt).toBeLessThanOrEqual(task.maxAttempts);
      this.take(seq, seq + 1);
      this.told.statuses[index] = 'running';
      this.told.attempts[index] = attempt;
      this.trace.push(`start ${index}.${attempt}`);
    }
    this.judge();
  }

  settle(index: number, outcome: TaskOutcome): void {
    const wasRunning = this.told.statuses[index] === 'running';
    const changes = settle(this.run, index, outcome);
    if (!wasRunning) expect(changes).toEqual([]);
    else if (outcome.kind === 'completed') this.told.statuses[index] = 'completed';
    this.noteStop(index, changes);
    this.record(changes);
  }

  cancel(): void {
    const isOver = endOf(this.told) !== undefined;
    const changes = cancelRun(this.run);
    if (!isOver) this.told.mode = 'cancelled';
    this.record(changes);
  }

  /** Goes over to what a later life of the workflow would have. */
  carry(): void {
    const carried = carryRun(this.run);
    this.run = restoreRun(this.run.graph, JSON.parse(JSON.stringify(carried)));
    expect(carryRun(this.run)).toEqual(carried);
    this.judge();
  }

  private noteStop(index: number, changes: readonly StepChange[]): void {
    const hasFailed = changes.some(({ taskId, status }) => taskId === this.told.tasks[index]?.id && status === 'failed');
    if (!hasFailed || this.told.mode !== 'going' || this.told.tasks[index]?.onFailure !== 'fail') return;
    this.told.mode = 'stopped';
    this.hasStopped = true;
  }

  private record(changes: readonly StepChange[]): void {
    for (const change of changes) {
      const index = this.told.tasks.findIndex(({ id }) => id === change.taskId);
      expect(canMoveStep(this.told.statuses[index] as never, change.status)).toBe(true);
      expect(change.attempt).toBe(this.told.attempts[index]);
      expect(change.waitingFor !== undefined).toBe(change.status === 'waiting');
      this.take(change.seq);
      this.told.statuses[index] = change.status;
      this.trace.push(`${change.taskId} ${change.status}`);
    }
    this.judge();
  }

  /** Numbers only grow. */
  private take(...numbers: number[]): void {
    for (const number of numbers) {
      expect(number).toBeGreaterThan(this.seq);
      this.seq = number;
    }
  }

  private judge(): void {
    expect(this.run.statuses).toEqual(this.told.statuses);
    expect([...this.run.running].sort((a, b) => a - b)).toEqual(this.running);
    expect(verdict(this.run)).toBe(endOf(this.told));
    for (const index of this.told.tasks.keys()) this.judgeStep(index);
  }

  private judgeStep(index: number): void {
    const { tasks, statuses, attempts, mode } = this.told;
    const needs = [...allNeeds(tasks, index)].map((need) => statuses[need] as string);
    const isCutOff = needs.some((status) => ['failed', 'skipped', 'cancelled'].includes(status));
    const status = statuses[index] as string;
    if (mode !== 'going' || isCutOff) expect(['pending', 'waiting']).not.toContain(status);
    if (status === 'skipped') {
      if (!this.hasStopped) expect(attempts[index]).toBe(0);
      expect(mode !== 'going' || isCutOff).toBe(true);
    }
    if (['running', 'waiting', 'completed'].includes(status)) expect(needs.every((need) => need === 'completed')).toBe(true);
  }
}
