import { type Logger, pino } from 'pino';
import type { LogLevel } from './config.js';

export type { Logger } from 'pino';

/** JSON lines on standard output, one role's each; the supervisor writes them to a file of the role. */
export function createLogger(role: string, level: LogLevel): Logger {
  return pino({ level, base: { role, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}
