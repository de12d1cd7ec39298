import { DefaultLogger, type LogEntry, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '../../logger.js';

const LEVELS = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Sends what Temporal's SDK has to say to our log, from warnings upwards. Once a process, before the first worker. */
export function installRuntime(logger: Logger): void {
  const log = ({ level, message, meta }: LogEntry) => logger[LEVELS[level]](meta ?? {}, message);
  Runtime.install({
    logger: new DefaultLogger('WARN', log),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} } },
  });
}
