import { chmod, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttemptRef, attemptName, type EpochRef } from '../../domain/names.js';

/**
 * Where the tree of an epoch is: `<worktrees>/<workflow>/<task>.<attempt>`, with `.<epoch>` after the first. A tree is used again by later epochs
 * under its first name. Beside it: its private index, and the tree itself while it is being made or removed.
 */
export interface TreePlace {
  readonly worktree: string;
  readonly index: string;
  readonly making: string;
  readonly removing: string;
}

export function placeAt(worktree: string): TreePlace {
  return { worktree, index: `${worktree}.index`, making: `${worktree}.making`, removing: `${worktree}.removing` };
}

export function placeOf(worktreesDir: string, ref: EpochRef): TreePlace {
  const name = ref.epoch === 1 ? attemptName(ref) : `${attemptName(ref)}.${ref.epoch}`;
  return placeAt(join(worktreesDir, ref.workflowId, name));
}

export interface FoundTree {
  readonly epoch: number;
  readonly place: TreePlace;
  /** False for what a killed process left of one. */
  readonly isWhole: boolean;
  /** A git process works on it, or was killed while it did. */
  readonly isLocked: boolean;
}

/** Trees that epochs of an attempt made on this host, newest first. */
export async function treesOf(worktreesDir: string, attempt: AttemptRef): Promise<FoundTree[]> {
  const dir = join(worktreesDir, attempt.workflowId);
  const names = new Set(await readdir(dir).catch(() => [] as string[]));
  const epochs = new Set([...names].flatMap((name) => epochIn(name, attemptName(attempt))));
  return [...epochs]
    .sort((a, b) => b - a)
    .map((epoch) => {
      const place = placeOf(worktreesDir, { ...attempt, epoch });
      const name = place.worktree.slice(dir.length + 1);
      return { epoch, place, isWhole: names.has(name), isLocked: names.has(`${name}.index.lock`) };
    });
}

function epochIn(name: string, attempt: string): number[] {
  if (name !== attempt && !name.startsWith(`${attempt}.`)) return [];
  const [, epoch] = /^(?:\.(\d+))?(?:\.(?:index|index\.lock|making|removing|commits))?$/.exec(name.slice(attempt.length)) ?? [
    undefined,
    'none',
  ];
  return epoch === 'none' ? [] : [epoch === undefined ? 1 : Number(epoch)];
}

/** Removes a tree and all that is beside it. */
export async function removeTree(place: TreePlace): Promise<void> {
  await removeFolder(place.removing);
  await unlessGone(rename(place.worktree, place.removing));
  await removeBeside(place);
}

/** Removes what is beside a tree: halves, and the index. */
export async function removeBeside({ worktree, index, making, removing }: TreePlace): Promise<void> {
  for (const path of [making, removing, `${worktree}.commits`]) await removeFolder(path);
  for (const path of [index, `${index}.lock`]) await rm(path, { force: true });
}

/** Removes a folder that may hold folders without write permission. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(async () => {
    await makeAccessible(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** Lets the owner read and write everything below a folder; follows no link. Names of files are bytes, not always UTF-8. */
export async function makeAccessible(path: string | Buffer): Promise<void> {
  const facts = await unlessGone(lstat(path));
  if (facts?.isFile() && (facts.mode & 0o600) !== 0o600) await unlessGone(chmod(path, facts.mode | 0o600));
  if (!facts?.isDirectory()) return;
  if ((facts.mode & 0o700) !== 0o700) await unlessGone(chmod(path, facts.mode | 0o700));
  for (const name of (await unlessGone(readdir(path, { encoding: 'buffer' }))) ?? []) {
    await makeAccessible(Buffer.concat([Buffer.from(path), Buffer.from('/'), name]));
  }
}

/** A removal that has failed in one place may still go on in others. */
function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  return looking.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
