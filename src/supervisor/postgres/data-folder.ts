import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, readlinkSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unavailable } from '../../domain/errors.js';
import { REACHABLE_BY_ALL } from './binaries.js';
import type { DatabaseUser } from './database-user.js';
import { foldersInTheWay, makePassableFolder } from './reach.js';

/**
 * The folder that holds (or will hold) the cluster `data` of this home: `<home>/postgres`, or, where the database's user cannot get to the
 * home, a folder made for this home that `<home>/postgres` is then a link to. The modes of folders above the home are never changed.
 */
export function clusterFolder(home: string, user: DatabaseUser | undefined): string {
  const folder = join(home, 'postgres');
  if (isLink(folder)) return folderBehind(folder);
  if (!user) return made(folder);
  if (!existsSync(folder) && !canBeReached(realpathSync(home), user)) symlinkSync(folderElsewhere(home), folder);
  return isLink(folder) ? folderBehind(folder) : made(folder);
}

/** A home that only its owner may enter is opened for the database's group, to pass through and no more; what is above it must be open. */
function canBeReached(home: string, user: DatabaseUser): boolean {
  const blocked = foldersInTheWay(home, user);
  if (blocked.length === 1 && blocked[0] === home && (statSync(home).mode & 0o070) === 0) {
    chownSync(home, -1, user.gid);
    chmodSync(home, (statSync(home).mode & 0o777) | 0o010);
    return true;
  }
  return blocked.length === 0;
}

/** Named for the home, so that two homes never share one. */
function folderElsewhere(home: string): string {
  const name = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 16);
  return join(REACHABLE_BY_ALL, 'postgres-of-homes', name);
}

function folderBehind(link: string): string {
  const folder = readlinkSync(link);
  makePassableFolder(folder);
  return folder;
}

function made(folder: string): string {
  makePassableFolder(folder);
  return folder;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Throws, naming the folders, when the user cannot get to the cluster (somebody changed a mode, or the folder for all is closed). */
export function assertReachable(folder: string, user: DatabaseUser | undefined): void {
  const blocked = user ? foldersInTheWay(realpathSync(folder), user) : [];
  if (blocked.length === 0) return;
  const message = `PostgreSQL runs as ${user?.name} and cannot get to its data: ${blocked.join(', ')} does not let that user pass (chmod o+x), or set PERENNIAL_HOME to another folder`;
  throw unavailable('postgres', message);
}
