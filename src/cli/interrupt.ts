import { PerennialError } from '../domain/errors.js';
import type { Shell } from './shell.js';

/** Runs work that a person may end by Ctrl-C: the signal is aborted then. A second Ctrl-C ends the process at once. */
export async function interruptible<T>(shell: Shell, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new PerennialError('interrupted', 'rejected', 'interrupted'));
  process.once('SIGINT', interrupt);
  try {
    return await work(AbortSignal.any([interrupted.signal, shell.unheard]));
  } finally {
    process.off('SIGINT', interrupt);
  }
}

export function isInterrupted(error: unknown): boolean {
  return error instanceof PerennialError && error.code === 'interrupted';
}
