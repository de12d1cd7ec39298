import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unavailable } from '../../domain/errors.js';

const UNFINISHED = '.new-';
const ABANDONED_AFTER_MS = 60 * 60_000;

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
  removeAbandoned(dirname(target));
  const folder = mkdtempSync(join(dirname(target), UNFINISHED));
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

/** What a fetch that was killed left. A young one may be another start's. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(UNFINISHED))) {
    const folder = join(parent, name);
    if (Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > ABANDONED_AFTER_MS)
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
