/**
 * What to do about an error: `rejected` = the caller must change something (4xx, never retried), `unavailable` = a part is away and the same
 * call may work later (503, retried), `bug` = ours (500; never caught on the way, so that it is seen).
 */
export type ErrorKind = 'rejected' | 'unavailable' | 'bug';

/** The one error class. `code` is stable and part of the API; `message` says what was expected, what was got and what to do. */
export class PerennialError extends Error {
  constructor(
    readonly code: string,
    readonly kind: ErrorKind,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PerennialError';
  }
}

/** The caller asked for something that cannot be; asking again unchanged will not help. */
export function rejected(code: string, message: string, details: Record<string, unknown> = {}): PerennialError {
  return new PerennialError(code, 'rejected', message, details);
}

/** Nothing of that name is here. */
export function notFound(what: string, id: string): PerennialError {
  return new PerennialError('not-found', 'rejected', `there is no ${what} "${id}"`, { what, id });
}

/** A part (database, Temporal, git source) does not answer now. */
export function unavailable(part: string, message: string, cause?: unknown): PerennialError {
  return new PerennialError('unavailable', 'unavailable', message, { part }, { cause });
}

/** Something that our own code promises does not hold. */
export function bug(message: string, details: Record<string, unknown> = {}, cause?: unknown): PerennialError {
  return new PerennialError('bug', 'bug', message, details, { cause });
}

export function isPerennialError(error: unknown): error is PerennialError {
  return error instanceof PerennialError;
}
