import { isPerennialError, type PerennialError, rejected, unavailable } from '../domain/errors.js';
import type { ProblemDocument } from './documents.js';

/** What scripts may rely on. `interrupted` and `pipeClosed` are what a shell says of SIGINT and SIGPIPE; `bug` is sysexits' EX_SOFTWARE. */
export const EXIT = {
  done: 0,
  runFailed: 1,
  wrongUsage: 2,
  unreachable: 3,
  refused: 4,
  bug: 70,
  interrupted: 130,
  pipeClosed: 141,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called in a way that cannot work. */
export function wrongUsage(message: string): PerennialError {
  return rejected('wrong-usage', message);
}

/** Nothing that is a studio answered at `address`. */
export function unreachable(address: string, why: string, cause?: unknown): PerennialError {
  return unavailable('studio', `no studio answers at ${address} (${why}); \`npm start\` starts one`, cause);
}

/** The studio answered with a problem document. */
export function refused(problem: ProblemDocument): PerennialError {
  return rejected(problem.code, problem.detail, { problem });
}

/** Whether the same call may work later: nobody answered, or the studio said that a part of it is away. */
export function isAway(error: unknown): error is PerennialError {
  return isPerennialError(error) && (error.kind === 'unavailable' || problemOf(error)?.status === 503);
}

export function exitCodeOf(error: unknown): ExitCode {
  if (!isPerennialError(error) || error.kind === 'bug') return EXIT.bug;
  if (error.kind === 'unavailable') return EXIT.unreachable;
  return WRONG_USAGE.includes(error.code) && !problemOf(error) ? EXIT.wrongUsage : EXIT.refused;
}

const WRONG_USAGE = ['wrong-usage', 'wrong-setting', 'ambiguous'];

/** What went wrong, a line each: of a refused plan every place. */
export function explain(error: unknown): string[] {
  if (!isPerennialError(error)) return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  const places = problemOf(error)?.errors ?? [];
  const told = error.code === 'wrong-usage' || error.kind === 'unavailable' ? error.message : `${error.code}: ${error.message}`;
  return [`perennial: ${told}`, ...places.map(({ path, message }) => `  ${path || '(whole document)'}: ${message}`)];
}

function problemOf(error: PerennialError): ProblemDocument | undefined {
  return error.details.problem as ProblemDocument | undefined;
}
