import { rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isPerennialError } from '../../domain/errors.js';
import { keptRef } from '../../domain/names.js';
import type { Session } from '../../ports/store.js';
import { endGitOn } from './git-orphans.js';
import { keepUnheldWork } from './kept-work.js';
import type { GitParts } from './parts.js';
import { removeTree, treesOf } from './tree-place.js';

/**
 * Removes the worktree of a session, and those that earlier epochs of the attempt left on this host. What the repository does not have is kept
 * first. A tree that git cannot store is renamed and stays.
 */
export async function closeSession(parts: GitParts, session: Session): Promise<void> {
  const trees = (await treesOf(parts.worktreesDir, session.ref)).filter(({ epoch }) => epoch <= session.ref.epoch);
  const locked = trees.filter(({ isLocked }) => isLocked);
  if (locked.length > 0) await endGitOn(locked.map(({ place }) => place.index));
  for (const { place, epoch, isWhole } of trees) {
    const isOwn = place.worktree === session.worktree;
    const ref = keptRef(session.ref, isOwn ? '' : `.${epoch}`);
    if (isWhole && !(await isKept(parts, { ...session, worktree: place.worktree }, ref))) await setAside(place.worktree);
    await removeTree(place);
  }
  await rmdir(dirname(session.worktree)).catch(ignoreOccupied);
}

async function isKept(parts: GitParts, session: Session, ref: string): Promise<boolean> {
  try {
    await keepUnheldWork(parts, session, ref);
    return true;
  } catch (error) {
    if (isPerennialError(error) && error.code === 'tree-refused') return false;
    throw error;
  }
}

async function setAside(worktree: string): Promise<void> {
  await rename(worktree, `${worktree}.aside-${Date.now()}`);
}

function ignoreOccupied(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
}
