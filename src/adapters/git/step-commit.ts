import { rejected } from '../../domain/errors.js';
import { type AttemptRef, checkpointRef, integrationBranch, keptRef, stepBranch } from '../../domain/names.js';
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
  const repository = repositoryPath(parts.repositories, commit.projectId);
  const names = namesOf(commit.attempt);
  for (;;) {
    const refs = await readRefs(parts.git, repository, Object.values(names));
    const [present, head, start] = [refs.get(names.branch), refs.get(names.integration), refs.get(names.start)];
    if (present && (await isTheOne(parts, repository, { present, head, attempt: commit.attempt.attempt }))) return present.oid;
    const baseTree = start?.oid === commit.base ? start.tree : await treeOf(parts, repository, commit.base);
    if (commit.tree === baseTree) return undefined;
    await refuseLfsContent(parts, repository, commit.base, commit.tree);
    const oid = await writeStepCommit(parts, repository, commit);
    const moves = present ? replace(commit, { present, head }, oid) : [createRef(names.branch, oid)];
    if (await moveRefs(parts.git, repository, moves)) return oid;
  }
}

/** `start` names the attempt's base. */
function namesOf(attempt: AttemptRef): Readonly<Record<'branch' | 'integration' | 'start', string>> {
  return {
    branch: `refs/heads/${stepBranch(attempt.workflowId, attempt.taskId)}`,
    integration: `refs/heads/${integrationBranch(attempt.workflowId)}`,
    start: checkpointRef(attempt, 0),
  };
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

function replace({ attempt }: StepCommit, { present, head }: { present: Ref; head: Ref | undefined }, oid: string): string[] {
  const { branch, integration } = namesOf(attempt);
  const earlier = keptRef({ ...attempt, attempt: present.attempt }, '.commit');
  return [...(head ? [expectRef(integration, head.oid)] : []), setRef(earlier, present.oid), moveRef(branch, oid, present.oid)];
}
