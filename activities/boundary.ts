import { ApplicationFailure, Context } from '@temporalio/activity';
import { TemporalFailure } from '@temporalio/common';
import { bug, isPerennialError, type PerennialError } from '../src/domain/errors.js';

/**
 * Runs an activity's work and maps its errors for Temporal: what was rejected fails for good under its code; what is unavailable, and bugs, come
 * back later and later, up to half a minute, until the part is there or the bug is mended.
 */
export async function boundary<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TemporalFailure ? error : toFailure(isPerennialError(error) ? error : unexpected(error));
  }
}

const HEARTBEAT_MS = 1_000;

/** As `boundary`, with a heartbeat a second: without it neither a cancel nor the loss of the worker is noticed. */
export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await boundary(work);
  } finally {
    clearInterval(timer);
  }
}

function unexpected(error: unknown): PerennialError {
  return bug(error instanceof Error ? error.message : String(error), {}, error);
}

/** Another worker has the attempt, so this answer is heard by nobody, or it was handed out here anew: never a reason to fail the attempt. */
const GOES_ON_ELSEWHERE = ['epoch-lost', 'stale-claim'];

function toFailure(error: PerennialError): ApplicationFailure {
  const common = { message: error.message, type: error.code, details: [error.details], cause: error };
  if (error.kind === 'rejected' && !GOES_ON_ELSEWHERE.includes(error.code))
    return ApplicationFailure.create({ ...common, nonRetryable: true });
  return ApplicationFailure.create({ ...common, nextRetryDelay: retryDelayMs(Context.current().info.attempt) });
}

/** 200 ms, doubling, at most 30 s. */
function retryDelayMs(attempt: number): number {
  return Math.min(30_000, 100 * 2 ** Math.min(attempt, 12));
}
