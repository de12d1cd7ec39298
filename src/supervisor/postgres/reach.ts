import { chmodSync, existsSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseUser } from './database-user.js';

/** The folders from `/` down to `path`, `path` included, that this user may not pass through. `path` must be a real path (no links in it). */
export function foldersInTheWay(path: string, user: DatabaseUser): string[] {
  return foldersDownTo(path).filter((folder) => !mayPass(statSync(folder), user));
}

/** Makes the folder and those above it that are missing, passable for everybody whatever the umask says. Modes of what is there stay. */
export function makePassableFolder(path: string): void {
  for (const folder of foldersDownTo(path)) {
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
}

function foldersDownTo(path: string): string[] {
  return path === '/' ? [path] : [...foldersDownTo(dirname(path)), join(path)];
}

/** The first class that fits decides, as in the kernel: the owner's bits do not help a member of the group. */
function mayPass({ uid, gid, mode }: Stats, user: DatabaseUser): boolean {
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
