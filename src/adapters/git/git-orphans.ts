import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../domain/errors.js';

/** A git process on this host, known by its environment: one that outlived its worker for a moment, or one at work. */
export interface GitProcess {
  readonly pid: number;
  /** Command line, arguments parted by NUL. */
  readonly commandLine: string;
}

/** Processes of this host that carry one of these entries (`NAME=value`) in their environment. Of processes of other users nothing is seen. */
export async function processesWith(entries: readonly string[]): Promise<GitProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(pids.map((pid) => lookAt(pid, entries)));
  return found.filter((process) => process !== undefined);
}

async function lookAt(pid: string, entries: readonly string[]): Promise<GitProcess | undefined> {
  const environment = (await readProcFile(`/proc/${pid}/environ`)).split('\0');
  if (!entries.some((entry) => environment.includes(entry))) return undefined;
  return { pid: Number(pid), commandLine: await readProcFile(`/proc/${pid}/cmdline`) };
}

/** Empty for a process that is gone, or not ours to look at. */
async function readProcFile(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

/** A killed process is gone at once, unless it hangs in the kernel. */
const LAST_MOMENTS_MS = 10_000;

/**
 * Ends git processes that work with one of these private indexes. Their worker is dead, or has given the tree up: an index and a tree have one
 * owner, and what a cut-off git leaves is healed.
 */
export async function endGitOn(indexes: readonly string[]): Promise<void> {
  const deadline = Date.now() + LAST_MOMENTS_MS;
  const entries = indexes.map((index) => `GIT_INDEX_FILE=${index}`);
  for (let living = await processesWith(entries); living.length > 0; living = await processesWith(entries)) {
    if (Date.now() > deadline) throw unavailable('git', 'a git process of an earlier life does not end');
    for (const { pid } of living) killIfThere(pid);
    await delay(5);
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
