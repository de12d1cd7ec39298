import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that is larger than this when its part starts becomes `<name>.old`; so at most two files a part. */
const ROTATE_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4_096;

/** A descriptor to append to, to be handed to a child: it outlives this process, so a part goes on logging when its supervisor was killed. */
export function openPartLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) > ROTATE_BYTES) renameSync(path, `${path}.old`);
  return openSync(path, 'a', 0o600);
}

/** The last lines of a log, for a person who has to see why a part died. */
export function tailOf(path: string, lines = 20): string {
  const size = sizeOf(path);
  if (size === 0) return '';
  const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const file = openSync(path, 'r');
  try {
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(file);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
