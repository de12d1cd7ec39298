import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The files of one log. The head is the log's own path; once it is full the output goes on in tail pieces, each named by the place of its first
 * byte in the whole output, so that what was left out follows from the names alone and nothing else has to survive a crash.
 */
export interface LogPiece {
  readonly path: string;
  /** Place of its first byte in the whole output; 0 is the head. */
  readonly offset: number;
}

export const headPiece = (logPath: string): LogPiece => ({ path: logPath, offset: 0 });

export const tailPiece = (logPath: string, offset: number): LogPiece => ({ path: `${logPath}.${offset}`, offset });

/** In the order of the output; empty when there is no log. */
export async function listPieces(logPath: string): Promise<LogPiece[]> {
  const names = await namesIn(dirname(logPath));
  const prefix = `${basename(logPath)}.`;
  const tails = names
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ path: join(dirname(logPath), name), offset: Number(name.slice(prefix.length)) }))
    .sort((a, b) => a.offset - b.offset);
  return names.includes(basename(logPath)) ? [headPiece(logPath), ...tails] : [];
}

/** Removes tail pieces that end before `offset`. */
export async function dropBefore(logPath: string, offset: number): Promise<void> {
  const tails = (await listPieces(logPath)).slice(1);
  const dropped = tails.filter((_, index) => (tails[index + 1]?.offset ?? Number.POSITIVE_INFINITY) <= offset);
  for (const { path } of dropped) await rm(path, { force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
