import { type FileHandle, open } from 'node:fs/promises';
import { type LogPiece, listPieces } from './log-pieces.js';

/** A stretch of what a reader sees: bytes of a file, or the marker of a gap. */
interface Stretch {
  readonly length: number;
  read(from: number): Promise<Uint8Array>;
}

/**
 * The log as it is now, with a marker line for each gap; at most the last `atMost` bytes, and only those are read. Undefined when it is empty.
 * Pieces may be added and removed meanwhile: one that went is part of the gap.
 */
export async function readLog(logPath: string, atMost = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
  const files: FileHandle[] = [];
  try {
    const stretches = await openStretches(await listPieces(logPath), files);
    const bytes = await lastBytes(stretches, atMost);
    return stretches.length > 0 ? bytes : undefined;
  } finally {
    for (const file of files) await file.close();
  }
}

async function openStretches(pieces: readonly LogPiece[], files: FileHandle[]): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const { path, offset } of pieces) {
    const file = await openIfThere(path);
    if (!file) continue;
    files.push(file);
    const { size } = await file.stat();
    if (offset > end) stretches.push(marker(offset - end));
    if (size > 0) stretches.push(contents(file, size));
    end = offset + size;
  }
  return stretches;
}

function marker(bytes: number): Stretch {
  const text = Buffer.from(`\n… ${bytes} bytes left out …\n`);
  return { length: text.length, read: async (from) => text.subarray(from) };
}

/** Up to `size` as it was first seen, so that lengths add up while the file grows. */
function contents(file: FileHandle, size: number): Stretch {
  const read = async (from: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead);
  };
  return { length: size, read };
}

async function lastBytes(stretches: readonly Stretch[], atMost: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let missing = atMost;
  for (const stretch of stretches.toReversed()) {
    if (missing <= 0) break;
    parts.unshift(await stretch.read(Math.max(0, stretch.length - missing)));
    missing -= stretch.length;
  }
  return Buffer.concat(parts);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
