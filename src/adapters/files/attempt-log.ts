import { join } from 'node:path';
import { bug } from '../../domain/errors.js';
import { type AttemptRef, attemptName } from '../../domain/names.js';
import type { AttemptLog } from '../../ports/attempt-log.js';
import { readLog } from './log-reader.js';
import { type LogLimits, LogWriter } from './log-writer.js';

const MB = 1_000_000;
const DEFAULT_LIMITS: LogLimits = { headBytes: 8 * MB, tailBytes: 8 * MB };

/** Output of attempts in `<logsDir>/<workflowId>/<taskId>.<attempt>.log`, byte for byte as it comes. A killed writer loses the chunk in its hands. */
export function createAttemptLog(logsDir: string, limits: LogLimits = DEFAULT_LIMITS): AttemptLog {
  const pathOf = (attempt: AttemptRef) => join(logsDir, oneName(attempt.workflowId), `${oneName(attemptName(attempt))}.log`);
  return {
    open: async (attempt, epoch) => {
      const writer = await LogWriter.open(pathOf(attempt), limits);
      if (epoch > 1 && !writer.isEmpty) await writer.write(await cutOffLine(writer, epoch));
      return writer;
    },
    read: async (attempt, tailBytes) => readLog(pathOf(attempt), tailBytes),
  };
}

async function cutOffLine(writer: LogWriter, epoch: number): Promise<Uint8Array> {
  const lineEnd = (await writer.isInsideLine()) ? '\n' : '';
  return Buffer.from(`${lineEnd}… the output was cut off here; it goes on under epoch ${epoch} …\n`);
}

/** Ids become parts of a path, and must not lead out of it. */
function oneName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) throw bug('an id that is no file name reached the attempt log', { name });
  return name;
}
