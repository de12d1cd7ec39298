import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../bounded-wait.js';

/** Backends of a postmaster that was killed end when they next look for it, and until then no new postmaster gets the shared memory. */
const ORPHANS_END_WITHIN_MS = 10_000;

/**
 * Makes a cluster ready for a new postmaster: waits until no process works in it any more (every backend has the data directory as its
 * working directory), then takes away a lock file whose pid belongs to somebody else by now, which PostgreSQL itself would respect.
 */
export async function clearOrphans(data: string): Promise<void> {
  const folder = realpathSync(data);
  await waitUntil(() => processesIn(folder).length === 0, { forMs: ORPHANS_END_WITHIN_MS, everyMs: 50 });
  const lock = join(folder, 'postmaster.pid');
  if (existsSync(lock) && !processesIn(folder).includes(pidIn(lock))) rmSync(lock, { force: true });
}

function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingDirectoryOf(name) === folder)
    .map(Number);
}

function workingDirectoryOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Gone meanwhile, or somebody else's: none of ours either way.
    return undefined;
  }
}

function pidIn(lock: string): number {
  return Number(readFileSync(lock, 'utf8').split('\n')[0]);
}
