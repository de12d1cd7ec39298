import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../process/end-processes.js';
import { readStat } from '../process/proc-stat.js';
import type { CommandFolders } from './clean-environment.js';

/** An empty home and an empty place for temporary files, of one command, below `root`. */
export interface TemporaryFolders extends CommandFolders {
  readonly root: string;
  remove(): Promise<void>;
}

export async function makeTemporaryFolders(): Promise<TemporaryFolders> {
  const root = await makeTemporaryFolder('command');
  const [home, tmp] = [join(root, 'home'), join(root, 'tmp')];
  await Promise.all([mkdir(home), mkdir(tmp)]);
  return { root, home, tmp, remove: () => removeFolder(root) };
}

/** A new folder for a purpose of this process: `perennial-<purpose>-<pid>-<start time>-…`, so that others know when its owner is dead. */
export function makeTemporaryFolder(purpose: string): Promise<string> {
  const startTime = readStat(process.pid)?.startTime ?? '0';
  return mkdtemp(join(tmpdir(), `perennial-${purpose}-${process.pid}-${startTime}-`));
}

const OWNED = /^perennial-(?:command|pipe|probe)-(\d+)-(\d+)-/;

/** Removes what killed processes left; ours are recognised by their names, and those of the living stay. */
export async function removeAbandonedFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid, startTime] = OWNED.exec(name) ?? [];
    if (pid && startTime && !isRunning({ pid: Number(pid), startTime })) await removeFolder(join(tmpdir(), name));
  }
}

/** What cannot be removed (a folder that a command closed to its own user, or another user's) stays for the system's own clean-up. */
async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
}
