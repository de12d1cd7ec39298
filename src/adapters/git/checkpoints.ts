import { bug, notFound } from '../../domain/errors.js';
import type { AttemptRef } from '../../domain/names.js';
import { checkpointPrefix, checkpointRef, integrationBranch, keptRef } from '../../domain/names.js';
import type { Checkpoint, Session } from '../../ports/store.js';
import { keepAgentCommits } from './agent-commits.js';
import { writeCommit } from './commit-object.js';
import type { GitParts } from './parts.js';
import { createRef, moveRefs, type Ref, readRefs } from './refs.js';
import { repositoryPath } from './repository.js';
import { writeTree } from './snapshot.js';
import { placeAt } from './tree-place.js';

/**
 * Checkpoint 0 of an attempt is the commit that it started from. Checkpoint n is a commit with the tree after the n-th command; its parent is
 * where the agent's own HEAD was then.
 */
interface SavedCheckpoint extends Checkpoint {
  readonly cloneHead: string;
}

/** Where an attempt stands in the trusted repository. */
export interface AttemptState {
  readonly base: string;
  readonly checkpoints: readonly SavedCheckpoint[];
}

/** Fixes the base of an attempt at the integration head when it begins; later epochs find it. */
export async function attemptState({ git }: GitParts, repository: string, attempt: AttemptRef): Promise<AttemptState> {
  const integration = `refs/heads/${integrationBranch(attempt.workflowId)}`;
  const first = checkpointRef(attempt, 0);
  for (;;) {
    const refs = await readRefs(git, repository, [checkpointPrefix(attempt), integration]);
    const base = refs.get(first)?.oid;
    if (base !== undefined) return { base, checkpoints: savedIn(refs, attempt) };
    const head = refs.get(integration)?.oid;
    if (head === undefined) throw notFound('integration branch of workflow', attempt.workflowId);
    if (await moveRefs(git, repository, [createRef(first, head)])) return { base: head, checkpoints: [] };
  }
}

function savedIn(refs: ReadonlyMap<string, Ref>, attempt: AttemptRef): SavedCheckpoint[] {
  const saved: SavedCheckpoint[] = [];
  for (let n = 1, ref = refs.get(checkpointRef(attempt, n)); ref; n++, ref = refs.get(checkpointRef(attempt, n))) saved.push(parse(n, ref));
  return saved;
}

function parse(n: number, { tree, parents, subject }: Ref): SavedCheckpoint {
  const { exitCode, durationMs } = JSON.parse(subject) as { exitCode: number; durationMs: number };
  return { n, tree, exitCode, durationMs, cloneHead: parents[0] as string };
}

const withoutHead = ({ n, tree, exitCode, durationMs }: SavedCheckpoint): Checkpoint => ({ n, tree, exitCode, durationMs });

export async function listCheckpoints(parts: GitParts, { projectId, ref }: Session): Promise<Checkpoint[]> {
  const refs = await readRefs(parts.git, repositoryPath(parts.repositories, projectId), [checkpointPrefix(ref)]);
  return savedIn(refs, ref).map(withoutHead);
}

/** Records the tree as it is now as that after the n-th command; one that is there stays. */
export async function saveCheckpoint(
  parts: GitParts,
  session: Session,
  n: number,
  end: { exitCode: number; durationMs: number },
): Promise<Checkpoint> {
  const repository = repositoryPath(parts.repositories, session.projectId);
  const at = { repository, place: placeAt(session.worktree), base: session.base };
  const [saved, tree] = await Promise.all([listCheckpoints(parts, session), writeTree(parts, at)]);
  const present = saved[n - 1];
  if (present) return present;
  if (n !== saved.length + 1) throw bug(`checkpoint ${n} does not follow checkpoint ${saved.length}`, { ...session.ref });
  const cloneHead = (await keepAgentCommits(parts, at, keptRef(session.ref, '.commits'))) ?? session.base;
  const message = JSON.stringify({ n, exitCode: end.exitCode, durationMs: Math.round(end.durationMs) });
  const commit = await writeCommit(parts.git, repository, { tree, parents: [cloneHead], message });
  const isFirst = await moveRefs(parts.git, repository, [createRef(checkpointRef(session.ref, n), commit)]);
  return isFirst ? { n, tree, ...end } : saveCheckpoint(parts, session, n, end);
}
