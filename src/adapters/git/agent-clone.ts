import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isThere } from './repository.js';
import { removeFolder } from './tree-place.js';

/**
 * The agent's own `.git`: a shared clone, written without git. The agent may do with it what it likes; Perennial's git never runs in it, and what
 * is read here is taken for bytes that anybody may have written.
 */
export interface AgentClone {
  /** The trusted repository. */
  readonly repository: string;
  /** Its objects at their real path. */
  readonly objects: string;
  /** The step's branch. */
  readonly branch: string;
  /** Commit that the branch is at. */
  readonly head: string;
  /** Private index of the tree, copied so that the clone knows the state of its files. */
  readonly index: string;
}

/** Makes `.git` in a tree that has none; the index comes when the files are there (`giveIndex`). */
export async function writeClone(worktree: string, clone: AgentClone): Promise<void> {
  const git = join(worktree, '.git');
  await mkdir(join(git, 'objects', 'info'), { recursive: true });
  await mkdir(join(git, 'objects', 'pack'));
  await mkdir(join(git, 'refs', 'tags'), { recursive: true });
  await writeFile(join(git, 'objects', 'info', 'alternates'), `${clone.objects}\n`);
  await writeFile(join(git, 'config'), cloneConfig(clone.head));
  if (await isThere(join(clone.repository, 'shallow'))) await copyFile(join(clone.repository, 'shallow'), join(git, 'shallow'));
  await pointClone(git, clone);
}

function cloneConfig(head: string): string {
  const isSha256 = head.length === 64;
  return [
    `[core]\n\trepositoryformatversion = ${isSha256 ? 1 : 0}\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true`,
    ...(isSha256 ? ['[extensions]\n\tobjectformat = sha256'] : []),
    '[user]\n\tname = Perennial agent\n\temail = agent@perennial.invalid',
    '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n',
  ].join('\n');
}

async function pointClone(git: string, { branch, head }: AgentClone): Promise<void> {
  await makeRealFolder(git, dirname(join('refs/heads', branch)));
  await replaceFile(join(git, 'refs/heads', branch), `${head}\n`);
  await replaceFile(join(git, 'HEAD'), `ref: refs/heads/${branch}\n`);
}

/** Tells the clone the state of its files. */
export async function giveIndex(worktree: string, { index }: AgentClone): Promise<void> {
  const git = join(worktree, '.git');
  const copied = join(git, 'index.perennial');
  await removeFolder(copied);
  await copyFile(index, copied, constants.COPYFILE_EXCL);
  await moveInto(copied, join(git, 'index'));
}

/** A folder below `git` none of whose parts is a link: what stands in the way goes. */
async function makeRealFolder(git: string, path: string): Promise<void> {
  let folder = git;
  for (const part of path.split('/')) {
    folder = join(folder, part);
    if (await isRealFolder(folder)) continue;
    await rm(folder, { force: true });
    await mkdir(folder);
  }
}

async function isRealFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

/** By renaming, so that a link there is replaced and not followed. */
async function replaceFile(path: string, content: string): Promise<void> {
  const fresh = `${path}.perennial`;
  await removeFolder(fresh);
  await writeFile(fresh, content, { flag: 'wx' });
  await moveInto(fresh, path);
}

async function moveInto(fresh: string, path: string): Promise<void> {
  if (await isRealFolder(path)) await removeFolder(path);
  await rename(fresh, path);
}

/** What a merge, a rebase or a pick that was cut off leaves behind. */
const HALF_DONE = [
  'MERGE_HEAD',
  'MERGE_MSG',
  'MERGE_MODE',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'AUTO_MERGE',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
];

/**
 * Brings `.git` back to `head` after its processes were killed: locks and half-done merges go; objects, configuration, other branches and
 * stashes stay. A `.git` that is none any more is made new.
 */
export async function healClone(worktree: string, clone: AgentClone): Promise<void> {
  const git = join(worktree, '.git');
  if (!(await isRealFolder(git)) || !(await isRealFolder(join(git, 'objects'))) || !(await isRealFolder(join(git, 'refs')))) {
    await removeFolder(git);
    await writeClone(worktree, clone);
  } else {
    await removeLocks(git);
    for (const name of HALF_DONE) await removeFolder(join(git, name));
    await pointClone(git, clone);
  }
  await giveIndex(worktree, clone);
}

async function removeLocks(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'objects') await removeLocks(path);
    else if (entry.name.endsWith('.lock')) await rm(path, { force: true, recursive: true });
  }
}

const OID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const REF_NAME = /^refs\/(?!.*\.\.)[A-Za-z0-9._/+#@=-]+$/;

/** The commit that the agent's HEAD names; undefined when there is none to be read. */
export async function readCloneHead(worktree: string): Promise<string | undefined> {
  const git = join(worktree, '.git');
  if (!(await isRealFolder(git))) return undefined;
  const head = (await readSmallFile(join(git, 'HEAD')))?.trim() ?? '';
  if (OID.test(head)) return head;
  const name = head.startsWith('ref: ') ? head.slice(5).trim() : '';
  return REF_NAME.test(name) ? readCloneRef(git, name) : undefined;
}

async function readCloneRef(git: string, name: string): Promise<string | undefined> {
  const loose = (await readSmallFile(join(git, name)))?.trim();
  if (loose !== undefined) return OID.test(loose) ? loose : undefined;
  const packed = (await readSmallFile(join(git, 'packed-refs'))) ?? '';
  const oid = packed
    .split('\n')
    .find((line) => line.endsWith(` ${name}`))
    ?.split(' ')[0];
  return oid !== undefined && OID.test(oid) ? oid : undefined;
}

const SMALL_BYTES = 4_000_000;

/** A regular file, not behind a link and not a pipe that would be waited for; undefined for anything else. */
async function readSmallFile(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const facts = await file.stat();
    return facts.isFile() && facts.size <= SMALL_BYTES ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
}
