import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until `isSo` says true; false when that did not happen within `forMs`, or `signal` was aborted. */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  { forMs, everyMs = 25, signal }: { forMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + forMs;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() >= deadline || signal?.aborted) return false;
    await sleep(everyMs);
  }
}
