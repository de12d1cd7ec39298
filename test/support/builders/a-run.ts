import { newRun } from '../../../src/domain/carried-run.js';
import type { TaskGraph } from '../../../src/domain/graph.js';
import type { StepChange, TaskOutcome } from '../../../src/domain/outcome.js';
import { cancelRun, type Run, settle, startReady, verdict } from '../../../src/domain/run.js';
import type { StepStatus } from '../../../src/domain/status.js';

const ERROR = { code: 'broken', message: 'it broke' };

/** A run played by ids: who starts, how attempts end, and what is recorded of it as `id status`. */
export class ARun {
  readonly run: Run;

  constructor(graph: TaskGraph, maxParallel = 10) {
    this.run = newRun(graph, maxParallel);
  }

  /** Starts what may start, and returns it as `id.attempt`. */
  start(): string[] {
    return startReady(this.run).map(({ task, attempt }) => `${task.id}.${attempt}`);
  }

  complete(...ids: string[]): string[] {
    return this.end(ids, { kind: 'completed' });
  }

  fail(id: string, kind: 'failed' | 'conflict' | 'unknown-outcome' = 'failed'): string[] {
    return this.end([id], { kind, error: ERROR });
  }

  stop(id: string): string[] {
    return this.end([id], { kind: 'cancelled' });
  }

  cancel(): string[] {
    return cancelRun(this.run).map(told);
  }

  get statuses(): Record<string, StepStatus> {
    return Object.fromEntries(this.run.graph.tasks.map(({ id }, index) => [id, this.run.statuses[index] as StepStatus]));
  }

  get verdict(): ReturnType<typeof verdict> {
    return verdict(this.run);
  }

  private end(ids: readonly string[], outcome: TaskOutcome): string[] {
    return ids.flatMap((id) => settle(this.run, this.indexOf(id), outcome)).map(told);
  }

  private indexOf(id: string): number {
    return this.run.graph.tasks.findIndex((task) => task.id === id);
  }
}

const told = ({ taskId, status }: StepChange): string => `${taskId} ${status}`;
