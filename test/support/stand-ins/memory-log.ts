import { type AttemptRef, attemptName } from '../../../src/domain/names.js';
import type { AttemptLog } from '../../../src/ports/attempt-log.js';

/** Attempt logs in memory; each epoch after the first begins with a line that says so. */
export class MemoryLog implements AttemptLog {
  /** Writers that were not closed. */
  writers = 0;
  private readonly logs = new Map<string, Buffer>();

  async open(attempt: AttemptRef, epoch: number) {
    this.writers++;
    const key = `${attempt.workflowId}/${attemptName(attempt)}`;
    const append = (chunk: Uint8Array) => this.logs.set(key, Buffer.concat([this.logs.get(key) ?? Buffer.alloc(0), chunk]));
    if (epoch > 1) append(Buffer.from(`[epoch ${epoch}]\n`));
    return {
      write: async (chunk: Uint8Array) => void append(chunk),
      close: async () => void this.writers--,
    };
  }

  async read(attempt: AttemptRef, tailBytes?: number) {
    const all = this.logs.get(`${attempt.workflowId}/${attemptName(attempt)}`);
    return tailBytes === undefined ? all : all?.subarray(Math.max(0, all.length - tailBytes));
  }
}
