import type { Clock } from '../../../src/ports/clock.js';

/** A clock that stands still until it is moved. */
export class HeldClock implements Clock {
  private ms = Date.UTC(2026, 0, 1);
  private readonly sleepers = new Map<() => void, number>();

  now(): Date {
    return new Date(this.ms);
  }

  advance(ms: number): void {
    this.ms += ms;
    for (const [wake, at] of this.sleepers) if (at <= this.ms) wake();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.sleepers.delete(wake);
        resolve();
      };
      if (signal?.aborted || ms <= 0) return resolve();
      signal?.addEventListener('abort', wake, { once: true });
      this.sleepers.set(wake, this.ms + ms);
    });
  }
}
