import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandFolders } from './clean-environment.js';

/** An empty home and an empty place for temporary files, of one command, below `root`. */
export interface TemporaryFolders extends CommandFolders {
  readonly root: string;
  /** What cannot be removed (a folder that the command closed to its own user) stays for the system's own clean-up. */
  remove(): Promise<void>;
}

export async function makeTemporaryFolders(): Promise<TemporaryFolders> {
  const root = await mkdtemp(join(tmpdir(), 'perennial-command-'));
  const [home, tmp] = [join(root, 'home'), join(root, 'tmp')];
  await Promise.all([mkdir(home), mkdir(tmp)]);
  return { root, home, tmp, remove: () => rm(root, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined) };
}
