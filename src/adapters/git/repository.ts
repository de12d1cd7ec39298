import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '../../domain/errors.js';
import type { Git } from './git-process.js';

/** Where the trusted bare repositories are: out of the reach of agents. */
export interface Repositories {
  readonly dir: string;
  /** Names what an import of this host left half-made. */
  readonly hostId: string;
}

export const repositoryPath = ({ dir }: Repositories, projectId: string): string => join(dir, `${projectId}.git`);

/** The objects of a repository at their real path: what a shared clone must be able to read. */
export function objectsPath(repositories: Repositories, projectId: string): string {
  const path = join(repositoryPath(repositories, projectId), 'objects');
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound('repository of project', projectId);
    throw error;
  }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** How a new repository is made. */
export interface Making {
  /** `sha1` or `sha256`, as the source has it: git cannot fetch from one into the other. */
  readonly objectFormat: () => Promise<string>;
  /** Puts the first commits in. */
  readonly fill: (repository: string) => Promise<void>;
}

/** The bare repository of a project, under its name only when it is whole. Of two makers at once the second uses what the first made. */
export async function makeRepository(
  { git, repositories }: { git: Git; repositories: Repositories },
  { projectId, branch }: { projectId: string; branch: string },
  { objectFormat, fill }: Making,
): Promise<string> {
  const path = repositoryPath(repositories, projectId);
  if (await isThere(path)) return path;
  const format = await objectFormat();
  await mkdir(repositories.dir, { recursive: true });
  await removeHalfMade(repositories, projectId);
  const making = join(repositories.dir, `.${projectId}.${repositories.hostId}.${process.pid}.${randomBytes(4).toString('hex')}.importing`);
  try {
    await git.tree(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, `--initial-branch=${branch}`, making], {});
    await keepEverything(git, making);
    await fill(making);
    await rename(making, path).catch(ignoreOccupied);
    return path;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Nothing is collected by itself: objects that only a living tree knows must stay. */
async function keepEverything(git: Git, repository: string): Promise<void> {
  for (const [key, value] of [
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['receive.autogc', 'false'],
  ] as const) {
    await git.tree(['config', key, value], { repository });
  }
}

function ignoreOccupied(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

/** What killed imports of this host left. */
async function removeHalfMade({ dir, hostId }: Repositories, projectId: string): Promise<void> {
  const prefix = `.${projectId}.${hostId}.`;
  for (const name of await readdir(dir)) {
    const pid = Number(name.startsWith(prefix) && name.endsWith('.importing') ? name.slice(prefix.length).split('.')[0] : process.pid);
    if (!(await isThere(`/proc/${pid}`))) await rm(join(dir, name), { recursive: true, force: true });
  }
}
