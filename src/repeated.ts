import type { Logger } from './logger.js';
import type { Clock } from './ports/clock.js';

export interface Repeated {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the log says when it failed; it is tried again all the same. */
  readonly failed: string;
}

/** Work that a role does again and again until it stops. */
export function repeated(work: () => Promise<unknown>, { everyMs, clock, logger, failed }: Repeated): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => logger.error({ err: error }, failed));
      await clock.sleep(everyMs, stopping.signal);
    }
  };
  const over = loop();
  return {
    async stop() {
      stopping.abort();
      await over;
    },
  };
}
