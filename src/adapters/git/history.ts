import type { GitParts } from './parts.js';

/** Whether a commit is `head` or one that it builds on. */
export async function isContained({ git }: GitParts, repository: string, commit: string, head: string): Promise<boolean> {
  const { exitCode } = await git.tree(['merge-base', '--is-ancestor', commit, head], { repository, accept: [1] });
  return exitCode === 0;
}

export async function treeOf({ git }: GitParts, repository: string, commit: string): Promise<string> {
  return (await git.tree(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{tree}`], { repository })).stdout;
}
