import { notFound, unavailable } from '../../domain/errors.js';
import { type AttemptRef, integrationBranch, stepBranch } from '../../domain/names.js';
import type { Integration, Store } from '../../ports/store.js';
import { mergeMessage } from './commit-message.js';
import { writeCommit } from './commit-object.js';
import { isContained } from './history.js';
import type { GitParts } from './parts.js';
import { expectRef, moveRef, moveRefs, type Ref, readRefs } from './refs.js';
import { repositoryPath } from './repository.js';
import { staleAttempt } from './step-commit.js';

type Request = Parameters<Store['integrate']>[0];

/**
 * Merges a step's commit onto the integration branch, without a worktree. Lost races are merged again: each loss is somebody else's gain, so that
 * this ends. The branch moves only while the step's branch still names the commit: of two attempts of a step one is integrated at most.
 */
export async function integrate(parts: GitParts, request: Request): Promise<Integration> {
  const { workflowId, taskId } = request.attempt;
  const repository = repositoryPath(parts.repositories, request.projectId);
  const [branch, step] = [`refs/heads/${integrationBranch(workflowId)}`, `refs/heads/${stepBranch(workflowId, taskId)}`];
  for (;;) {
    const refs = await readRefs(parts.git, repository, [branch, step]);
    const head = refs.get(branch)?.oid;
    if (head === undefined) throw notFound('integration branch of workflow', workflowId);
    if (head === request.commit || (await isIntegrated(parts, repository, { head, commit: request.commit, step: refs.get(step) }))) {
      return { kind: 'integrated', head };
    }
    if (refs.get(step)?.oid !== request.commit) throw staleAttempt();
    const merged = await mergeOnto(parts, repository, { head, request, isNext: refs.get(step)?.parents[0] === head });
    if (typeof merged !== 'string') return { kind: 'conflict', files: merged };
    const moves = [expectRef(step, request.commit), moveRef(branch, merged, head)];
    if (await moveRefs(parts.git, repository, moves)) return { kind: 'integrated', head: merged };
  }
}

/** A commit that the head is the parent of cannot be in it: the usual chain of steps needs no look at the history. */
async function isIntegrated(
  parts: GitParts,
  repository: string,
  { head, commit, step }: { head: string; commit: string; step: Ref | undefined },
): Promise<boolean> {
  if (step?.oid === commit && step.parents[0] === head) return false;
  return isContained(parts, repository, commit, head);
}

/** The new head, or the files in conflict. `isNext`: the commit follows the head, and becomes it. */
async function mergeOnto(
  parts: GitParts,
  repository: string,
  { head, request, isNext }: { head: string; request: Request; isNext: boolean },
): Promise<string | readonly string[]> {
  const { attempt, commit, at } = request;
  if (isNext) return commit;
  const { tree, conflicts } = await mergeTrees(parts, repository, head, commit);
  if (conflicts.length > 0) return conflicts;
  return writeMerge(parts, repository, { tree, parents: [head, commit], attempt, at });
}

async function mergeTrees({ git }: GitParts, repository: string, ours: string, theirs: string) {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const { exitCode, stdout, ...rest } = await git.tree(args, { repository, accept: [1] });
  const [tree = '', ...files] = stdout.split('\0').filter(Boolean);
  if (exitCode === 1 && files.length === 0) throw unavailable('git', 'two commits could not be merged', rest);
  return { tree, conflicts: [...new Set(files)] };
}

function writeMerge(
  { git }: GitParts,
  repository: string,
  { tree, parents, attempt, at }: { tree: string; parents: readonly string[]; attempt: AttemptRef; at: Date },
): Promise<string> {
  return writeCommit(git, repository, { tree, parents, message: mergeMessage(attempt), at });
}
