import { checkpointPrefix, keptRef, stepBranch } from '../../domain/names.js';
import type { Session } from '../../ports/store.js';
import { keepAgentCommits } from './agent-commits.js';
import { keptMessage } from './commit-message.js';
import { writeCommit } from './commit-object.js';
import { treeOf } from './history.js';
import type { GitParts } from './parts.js';
import { createRef, moveRef, moveRefs, readRefs } from './refs.js';
import { repositoryPath } from './repository.js';
import { type TreeAt, writeTree } from './snapshot.js';
import { placeAt } from './tree-place.js';

export function treeAt({ repositories }: GitParts, { projectId, worktree, base }: Session): TreeAt {
  return { repository: repositoryPath(repositories, projectId), place: placeAt(worktree), base };
}

/** Keeps the present state of a tree as a ref, unless it is the base's; returns the ref. A ref that is there goes on from what it held. */
export async function keepWork(parts: GitParts, session: Session, ref = keptRef(session.ref)): Promise<string | undefined> {
  const at = treeAt(parts, session);
  const tree = await writeTree(parts, at);
  await keepAgentCommits(parts, at, keptRef(session.ref, '.commits'));
  return tree === (await treeOf(parts, at.repository, at.base)) ? undefined : keepTree(parts, at, { ref, tree, session });
}

/** As `keepWork`, but only what no branch, checkpoint (number 0 is the base) or kept ref of the attempt holds. */
export async function keepUnheldWork(parts: GitParts, session: Session, ref: string): Promise<void> {
  const at = treeAt(parts, session);
  const { workflowId, taskId } = session.ref;
  const holders = [checkpointPrefix(session.ref), `refs/heads/${stepBranch(workflowId, taskId)}`, keptRef(session.ref), ref];
  const [tree, refs] = await Promise.all([writeTree(parts, at), readRefs(parts.git, at.repository, holders)]);
  await keepAgentCommits(parts, at, keptRef(session.ref, '.commits'));
  if ([...refs.values()].some((held) => held.tree === tree)) return;
  await keepTree(parts, at, { ref, tree, session });
}

async function keepTree(
  { git }: GitParts,
  { repository, base }: TreeAt,
  { ref, tree, session }: { ref: string; tree: string; session: Session },
): Promise<string> {
  for (;;) {
    const held = (await readRefs(git, repository, [ref])).get(ref);
    if (held?.tree === tree) return ref;
    const commit = await writeCommit(git, repository, { tree, parents: [held?.oid ?? base], message: keptMessage(session.ref) });
    if (await moveRefs(git, repository, [held ? moveRef(ref, commit, held.oid) : createRef(ref, commit)])) return ref;
  }
}
