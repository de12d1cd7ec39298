import { rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../domain/errors.js';
import { processesWith } from './git-orphans.js';
import type { GitResult } from './git-process.js';

/**
 * A lock that is older, and has no possible owner on this host, is stale. Git holds a lock on a ref for milliseconds; the time is for hosts that
 * share the repositories and whose processes cannot be seen from here.
 */
const STALE_AFTER_MS = 2_000;
const GIVE_UP_AFTER_MS = 30_000;

/** The lock file that made git give up, if one did. */
export function lockInTheWay({ stderr }: GitResult): string | undefined {
  return /Unable to create '(?<lock>[^\n]+\.lock)': File exists/.exec(stderr)?.groups?.lock;
}

/** Waits until a lock file on a ref is gone, and removes it when its owner is dead. */
export async function waitForLock(lock: string, repository: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (let age = await ageOf(lock); age !== undefined; age = await ageOf(lock)) {
    if (age > STALE_AFTER_MS && !(await hasOwner(lock, repository))) return rm(lock, { force: true });
    if (Date.now() > deadline) throw unavailable('git', 'a ref stays locked by a process that does not end');
    await delay(20);
  }
}

async function ageOf(lock: string): Promise<number | undefined> {
  const facts = await stat(lock).catch(() => undefined);
  return facts && Date.now() - facts.mtimeMs;
}

/** Only `update-ref` moves refs, and `fetch` those of sources. */
async function hasOwner(lock: string, repository: string): Promise<boolean> {
  const writers = lock.includes('/refs/perennial/source/') ? ['update-ref', 'fetch'] : ['update-ref'];
  const processes = await processesWith([`GIT_DIR=${repository}`]);
  return processes.some(({ commandLine }) => commandLine.split('\0').some((argument) => writers.includes(argument)));
}
