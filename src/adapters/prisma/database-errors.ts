import { isPerennialError, unavailable } from '../../domain/errors.js';

/**
 * What Prisma and pg throw, in our words: a database that is away, overloaded or was cut off in the middle is `unavailable`, so that callers try
 * again (every write here may be repeated). Everything else stays as it is: a bug that should be seen.
 */
export function toDomainError(error: unknown): unknown {
  if (isPerennialError(error)) return error;
  const parts = partsOf(error);
  const isAway = textsOf(parts, CODE_KEYS).some((code) => AWAY_CODE.test(code)) || textsOf(parts, ['message']).some(isAwayMessage);
  return isAway ? unavailable('database', 'the database does not answer; try again', error) : error;
}

/** Whether a row that was to be referred to is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  return textsOf(partsOf(error), CODE_KEYS).includes('23503');
}

const CODE_KEYS = ['code', 'originalCode', 'kind'];

/** PostgreSQL: connection lost (08), resources (53), shut down, starting or cancelled (57), deadlock (40), lock time-out, read only. Then Prisma's and Node's. */
const AWAY_CODE = new RegExp(
  [
    '^(08|53)...$|^57(P0.|014)$|^40(001|P01)$|^55P03$|^25006$',
    '^(P1001|P1002|P1008|P1017|P2024|P2028|P2034)$',
    '^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TransactionWriteConflict)$',
    '^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$',
  ].join('|'),
);

/** What pg says where it has no code. */
const AWAY_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error',
];
const isAwayMessage = (message: string): boolean => AWAY_MESSAGES.some((start) => message.startsWith(start));

/** The error and what hangs on it: Prisma keeps the driver's error in `meta.driverAdapterError.cause`. */
function partsOf(value: unknown, depth = 0): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null || depth > 5) return [];
  const part = value as Record<string, unknown>;
  return [part, ...['cause', 'meta', 'driverAdapterError'].flatMap((key) => partsOf(part[key], depth + 1))];
}

function textsOf(parts: readonly Record<string, unknown>[], keys: readonly string[]): string[] {
  return parts.flatMap((part) => keys.map((key) => part[key])).filter((value) => typeof value === 'string');
}
