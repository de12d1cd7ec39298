import { createHash } from 'node:crypto';
import { chmodSync, closeSync, createReadStream, fsyncSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unavailable } from '../../domain/errors.js';

/** Refuses a file that does not have exactly the pinned bytes. */
export async function verifySha256(path: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const actual = hash.digest('hex');
  if (actual !== expected) throw unavailable('temporal', `what was fetched is refused: its sha256 is ${actual}, expected ${expected}`);
}

/**
 * Runs `make` with an empty folder beside the target, and moves the executable that it made to the target once it is verified and on the
 * disk. Two at once each make their own; the last rename wins, with the same bytes.
 */
export async function placeExecutable(target: string, sha256: string, make: (folder: string) => Promise<string>): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), '.new-'));
  try {
    const made = await make(folder);
    await verifySha256(made, sha256);
    chmodSync(made, 0o755);
    flush(made);
    renameSync(made, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
