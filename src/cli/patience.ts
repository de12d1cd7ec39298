import { setTimeout as wait } from 'node:timers/promises';
import { isAway } from './failures.js';

/** What people are told while a call is tried again. */
export interface Patience {
  /** Called once, when the first try finds the studio away. */
  away(error: Error): void;
  /** Called when it answers again after that. */
  back(): void;
  /** Tries begin no later than so long after the first; default: no end. */
  readonly forMs?: number;
  readonly signal: AbortSignal;
}

const RETRY_MS = 500;

/** Repeats `call` while the studio is away; every other error is thrown, as is the last one when patience ends, and the signal's reason. */
export async function patiently<T>(call: () => Promise<T>, patience: Patience): Promise<T> {
  const { forMs = Number.POSITIVE_INFINITY, signal } = patience;
  let firstFailure: number | undefined;
  for (;;) {
    try {
      const result = await call();
      if (firstFailure !== undefined) patience.back();
      return result;
    } catch (error) {
      if (!isAway(error) || Date.now() + RETRY_MS > (firstFailure ?? Date.now()) + forMs) throw error;
      if (firstFailure === undefined) patience.away(error);
      firstFailure ??= Date.now();
    }
    await pause(RETRY_MS, signal);
  }
}

/** Throws the signal's reason when it is aborted meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
