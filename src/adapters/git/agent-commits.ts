import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCloneHead } from './agent-clone.js';
import type { GitParts } from './parts.js';
import { moveRefs, setRef } from './refs.js';
import type { TreeAt } from './snapshot.js';
import { removeFolder } from './tree-place.js';

/**
 * Keeps the agent's own commits, squashed into the step's commit, under `ref`; returns their head, or undefined when HEAD never moved.
 * Git does not run in the clone: its object files are copied, packed, and checked one by one as they enter the trusted repository. Commits that
 * do not pass (broken, or with pieces missing) are not kept: their files are in the tree anyway.
 */
export async function keepAgentCommits(parts: GitParts, at: TreeAt, ref: string): Promise<string | undefined> {
  const head = await readCloneHead(at.place.worktree);
  if (head === undefined || head === at.base) return undefined;
  if (!(await hasCommit(parts, at.repository, head)) && !(await takeOver(parts, at, head))) return undefined;
  await moveRefs(parts.git, at.repository, [setRef(ref, head)]);
  return head;
}

async function hasCommit({ git }: GitParts, repository: string, oid: string): Promise<boolean> {
  return (await git.tree(['cat-file', '-e', `${oid}^{commit}`], { repository, accept: [1, 128] })).exitCode === 0;
}

async function takeOver({ git }: GitParts, { repository, place, base }: TreeAt, head: string): Promise<boolean> {
  const quarantine = `${place.worktree}.commits`;
  await removeFolder(quarantine);
  try {
    await copyObjects(join(place.worktree, '.git', 'objects'), quarantine);
    const pack = join(quarantine, 'agent');
    const packed = await git.tree(['pack-objects', '--quiet', '--revs', pack], {
      repository,
      input: `${head}\n^${base}\n`,
      env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(quarantine) },
      accept: [1, 128],
    });
    if (packed.exitCode !== 0) return false;
    const inputFile = `${pack}-${packed.stdout.trim()}.pack`;
    const taken = await git.tree(['index-pack', '--strict', '--stdin'], { repository, inputFile, accept: [1, 128] });
    return taken.exitCode === 0;
  } finally {
    await removeFolder(quarantine);
  }
}

const OBJECT_FOLDER = /^(?:[0-9a-f]{2}|pack)$/;
const OBJECT_FILE = /^(?:[0-9a-f]{38}|[0-9a-f]{62}|pack-[0-9a-f]+\.(?:pack|idx))$/;

/** Copies loose objects and packs: regular files alone, so that no link leads to objects of somebody else, and no alternates. */
async function copyObjects(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const folder of (await readdir(from)).filter((name) => OBJECT_FOLDER.test(name))) {
    const source = join(from, folder);
    if (!(await lstat(source)).isDirectory()) continue;
    const files = (await readdir(source, { withFileTypes: true })).filter((file) => file.isFile() && OBJECT_FILE.test(file.name));
    if (files.length > 0) await mkdir(join(to, folder));
    for (const { name } of files) await copyFile(join(source, name), join(to, folder, name), constants.COPYFILE_FICLONE);
  }
}
