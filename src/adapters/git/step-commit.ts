import { rejected } from '../../domain/errors.js';
import { integrationBranch, keptRef, stepBranch } from '../../domain/names.js';
import type { StepCommit } from '../../ports/store.js';
import { oneLine, stepMessage } from './commit-message.js';
import { writeCommit } from './commit-object.js';
import { isContained, treeOf } from './history.js';
import { refuseLfsContent } from './lfs.js';
import type { GitParts } from './parts.js';
import { createRef, expectRef, moveRef, moveRefs, type Ref, readRefs, setRef } from './refs.js';
import { repositoryPath } from './repository.js';

/**
 * The step's one commit. Invariants that keep it one:
 * 1. The step's branch names it, and moves by compare-and-swap only.
 * 2. A commit is integrated only while the step's branch names it (see integration.ts), in one transaction.
 * 3. A later attempt takes the branch only while the commit of an earlier one is not integrated, in one transaction; the commit is kept.
 */
export async function commitStep(parts: GitParts, commit: StepCommit): Promise<string | undefined> {
  const { workflowId, taskId } = commit.attempt;
  const repository = repositoryPath(parts.repositories, commit.projectId);
  const branch = `refs/heads/${stepBranch(workflowId, taskId)}`;
  const integration = `refs/heads/${integrationBranch(workflowId)}`;
  for (;;) {
    const [refs, baseTree] = await Promise.all([
      readRefs(parts.git, repository, [branch, integration]),
      treeOf(parts, repository, commit.base),
    ]);
    const [present, head] = [refs.get(branch), refs.get(integration)];
    if (present && (await isTheOne(parts, repository, { present, head, attempt: commit.attempt.attempt }))) return present.oid;
    if (commit.tree === baseTree) return undefined;
    await refuseLfsContent(parts, repository, commit.base, commit.tree);
    const oid = await writeStepCommit(parts, repository, commit);
    const moves = present ? replace(commit, { branch, integration, present, head }, oid) : [createRef(branch, oid)];
    if (await moveRefs(parts.git, repository, moves)) return oid;
  }
}

/** Made by this attempt before; or by an earlier one, late, and integrated already. */
async function isTheOne(
  parts: GitParts,
  repository: string,
  { present, head, attempt }: { present: Ref; head: Ref | undefined; attempt: number },
): Promise<boolean> {
  if (present.attempt === attempt) return true;
  if (present.attempt > attempt) throw staleAttempt();
  return head !== undefined && (await isContained(parts, repository, present.oid, head.oid));
}

export const staleAttempt = (): Error => rejected('stale-attempt', 'a later attempt of this step has committed: this one came too late');

function writeStepCommit({ git }: GitParts, repository: string, { tree, base, title, attempt, agent, at }: StepCommit): Promise<string> {
  const author = `${oneLine(agent.replace(/[<>]/g, ''), 'agent')} via Perennial`;
  return writeCommit(git, repository, { tree, parents: [base], message: stepMessage(title, attempt), author, at });
}

function replace(
  { attempt }: StepCommit,
  { branch, integration, present, head }: { branch: string; integration: string; present: Ref; head: Ref | undefined },
  oid: string,
): string[] {
  const earlier = keptRef({ ...attempt, attempt: present.attempt }, '.commit');
  return [...(head ? [expectRef(integration, head.oid)] : []), setRef(earlier, present.oid), moveRef(branch, oid, present.oid)];
}
