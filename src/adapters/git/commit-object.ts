import type { Git } from './git-process.js';

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Name of the author; Perennial itself when left out. */
  readonly author?: string;
  /** Author and committer date: the same input makes the same object. Now, when left out. */
  readonly at?: Date;
}

const PERENNIAL = { name: 'Perennial', email: 'perennial@perennial.invalid' };
const AGENT_EMAIL = 'agent@perennial.invalid';

/** Writes a commit, which no ref has yet; its object id. */
export async function writeCommit(git: Git, repository: string, commit: NewCommit): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  const env = { ...people(commit.author), ...dates(commit.at) };
  return (await git.tree(['commit-tree', commit.tree, ...parents], { repository, input: commit.message, env })).stdout;
}

function people(author?: string): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author ?? PERENNIAL.name,
    GIT_AUTHOR_EMAIL: author === undefined ? PERENNIAL.email : AGENT_EMAIL,
    GIT_COMMITTER_NAME: PERENNIAL.name,
    GIT_COMMITTER_EMAIL: PERENNIAL.email,
  };
}

function dates(at?: Date): Record<string, string> {
  if (at === undefined) return {};
  const date = `${Math.floor(at.getTime() / 1_000)} +0000`;
  return { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
}
