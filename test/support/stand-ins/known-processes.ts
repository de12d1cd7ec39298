import type { ProcessRef } from '../../../src/ports/agent-run-repository.js';
import type { ProcessTable } from '../../../src/ports/sandbox.js';

/** Processes by pid: alive while they are in `alive`. */
export class KnownProcesses implements ProcessTable {
  readonly alive = new Set<number>();
  readonly killedMarks: string[] = [];

  async isAlive({ pid }: ProcessRef) {
    return this.alive.has(pid);
  }

  async self() {
    return { pid: 1, startTime: '1' };
  }

  async kill({ pid }: ProcessRef) {
    this.alive.delete(pid);
  }

  async killMarked(mark: string) {
    this.killedMarks.push(mark);
    return 1;
  }
}
