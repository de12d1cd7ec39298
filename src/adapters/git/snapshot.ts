import { lstat, readdir, rm } from 'node:fs/promises';
import { rejected, unavailable } from '../../domain/errors.js';
import type { GitCall } from './git-process.js';
import type { GitParts } from './parts.js';
import { makeAccessible, type TreePlace } from './tree-place.js';

/** A tree, and where what is found in it goes. */
export interface TreeAt {
  readonly repository: string;
  readonly place: TreePlace;
  /** Commit whose submodules stay as they are. */
  readonly base: string;
}

/** Tree object of all files but ignored ones, as they are now. Git runs on our own folder and index: nothing that the tree holds is run. */
export async function writeTree(parts: GitParts, at: TreeAt): Promise<string> {
  await rm(`${at.place.index}.lock`, { force: true });
  const call = callOn(at);
  const changed = await list(parts, call, ['-o', '-m', '-d', '--exclude-standard']);
  if (changed.length > 0) {
    await openNested(parts, call, changed);
    const leave = await submodulesToLeave(parts, at, call);
    await addAll(parts, changed.length > MANY ? { ...call, env: SYNC_ONCE } : call, leave);
  }
  return (await parts.git.tree(['write-tree'], call)).stdout;
}

/** With so many files one sync for all is cheaper than one each; with few it is dearer (measured: 8 against 7 ms for two files). */
const MANY = 50;
const SYNC_ONCE = { GIT_CONFIG_PARAMETERS: "'core.fsyncMethod'='batch'" };

export const callOn = ({ repository, place }: TreeAt): GitCall => ({ repository, tree: place, encoding: 'latin1' });

async function list({ git }: GitParts, call: GitCall, which: readonly string[]): Promise<string[]> {
  return (await git.tree(['ls-files', '-z', ...which], call)).stdout.split('\0').filter(Boolean);
}

/**
 * Git lists a nested repository as one name with a slash at the end, and would store a bare link to its commit. A folder with an entry in the
 * index is an ordinary one: each gets an entry that no file belongs to, which `git add` takes out again. Nested ones inside come to light then.
 */
async function openNested(parts: GitParts, call: GitCall, listed: readonly string[]): Promise<void> {
  let nested = listed.filter((path) => path.endsWith('/'));
  if (nested.length === 0) return;
  const { stdout: empty } = await parts.git.tree(['hash-object', '-w', '--stdin'], call);
  while (nested.length > 0) {
    const input = nested.map((path) => `100644 ${empty}\t${path}.perennial-placeholder\0`).join('');
    await parts.git.tree(['update-index', '-z', '--index-info'], { ...call, input });
    nested = (await list(parts, call, ['-o', '--exclude-standard'])).filter((path) => path.endsWith('/'));
  }
}

/** Submodules of the base that stay. Git must not look into one that the agent filled: it would run what is configured there. */
async function submodulesToLeave(parts: GitParts, at: TreeAt, call: GitCall): Promise<string[]> {
  const { gitlinks } = await parts.treeFacts(at.repository, at.base);
  const replaced = new Set<string>();
  for (const path of gitlinks) if (await isReplaced(at.place.worktree, path)) replaced.add(path);
  if (replaced.size > 0) {
    const input = [...replaced].map((path) => `${path}\0`).join('');
    await parts.git.tree(['update-index', '-z', '--force-remove', '--stdin'], { ...call, input });
  }
  return gitlinks.filter((path) => !replaced.has(path));
}

/** Files took its place: something other than a folder, or a folder with content and without a `.git`. */
async function isReplaced(worktree: string, gitlink: string): Promise<boolean> {
  const path = Buffer.from(`${Buffer.from(worktree).toString('latin1')}/${gitlink}`, 'latin1');
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return false;
  if (!facts.isDirectory()) return true;
  const names = await readdir(path);
  return names.length > 0 && !names.includes('.git');
}

async function addAll(parts: GitParts, call: GitCall, excluded: readonly string[]): Promise<void> {
  const input = [':(top)', ...excluded.map((path) => `:(top,exclude,literal)${path}`)].map((spec) => `${spec}\0`).join('');
  const add = () => parts.git.tree(['add', '-A', '--pathspec-from-file=-', '--pathspec-file-nul'], { ...call, input, accept: [1, 128] });
  if ((await add()).exitCode === 0) return;
  await makeAccessible(call.tree?.worktree as string);
  const result = await add();
  if (result.exitCode !== 0) throw treeRefused(result.stderr);
}

function treeRefused(stderr: string): Error {
  if (/No space left|quota exceeded|Input\/output error/i.test(stderr))
    return unavailable('disk', 'the files of the task cannot be written to the repository now', stderr);
  const why = stderr
    .split('\n')
    .filter((line) => line.startsWith('error: '))
    .slice(0, 3)
    .map((line) => line.slice('error: '.length, 300))
    .join('; ');
  return rejected('tree-refused', `the files of the task cannot be stored in git: ${why || 'git refuses them'}`);
}

/** Puts tracked and untracked files back to a tree; ignored files stay. */
export async function restoreTree({ git }: GitParts, at: TreeAt, tree: string): Promise<void> {
  await rm(`${at.place.index}.lock`, { force: true });
  const call = callOn(at);
  const put = async () => {
    const read = await git.tree(['read-tree', '--reset', '-u', tree], { ...call, accept: [1, 128] });
    const clean = await git.tree(['clean', '-ffdq'], { ...call, accept: [1] });
    return read.exitCode === 0 && clean.exitCode === 0;
  };
  if (await put()) return;
  await makeAccessible(at.place.worktree);
  await git.tree(['read-tree', '--reset', '-u', tree], call);
  await git.tree(['clean', '-ffdq'], call);
}
