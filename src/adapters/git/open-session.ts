import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stepBranch } from '../../domain/names.js';
import type { OpenSession, Session } from '../../ports/store.js';
import { type AgentClone, giveIndex, healClone, writeClone } from './agent-clone.js';
import { type AttemptState, attemptState } from './checkpoints.js';
import { endGitOn } from './git-orphans.js';
import type { GitParts } from './parts.js';
import { objectsPath, repositoryPath } from './repository.js';
import { callOn, restoreTree } from './snapshot.js';
import { type FoundTree, placeOf, removeBeside, type TreePlace, treesOf } from './tree-place.js';

/** A worktree at the last checkpoint of the attempt, or at its base. */
export async function openSession(parts: GitParts, { projectId, ref, canReuseTree }: OpenSession): Promise<Session> {
  const repository = repositoryPath(parts.repositories, projectId);
  const [state, found] = await Promise.all([attemptState(parts, repository, ref), treesOf(parts.worktreesDir, ref)]);
  const ours = found.filter(({ epoch }) => epoch === ref.epoch || (canReuseTree && epoch < ref.epoch));
  if (ours.length > 0) await endGitOn(ours.map(({ place }) => place.index));
  const reused = ours.find(({ isWhole }) => isWhole);
  for (const { place } of ours.filter((tree) => tree !== reused && !tree.isWhole)) await removeBeside(place);
  const place = reused?.place ?? placeOf(parts.worktreesDir, ref);
  const clone = cloneOf(parts, { projectId, branch: stepBranch(ref.workflowId, ref.taskId), place, state });
  await (reused ? reuse(parts, reused, clone, state) : make(parts, place, clone, state));
  return { projectId, ref, worktree: place.worktree, branch: clone.branch, base: state.base };
}

function cloneOf(
  { repositories }: GitParts,
  { projectId, branch, place, state }: { projectId: string; branch: string; place: TreePlace; state: AttemptState },
): AgentClone {
  return {
    repository: repositoryPath(repositories, projectId),
    objects: objectsPath(repositories, projectId),
    branch,
    head: state.checkpoints.at(-1)?.cloneHead ?? state.base,
    index: place.index,
  };
}

const startTree = ({ base, checkpoints }: AttemptState): string => checkpoints.at(-1)?.tree ?? base;

/** The tree gets its name when it is whole. */
async function make(parts: GitParts, place: TreePlace, clone: AgentClone, state: AttemptState): Promise<void> {
  await removeBeside(place);
  await mkdir(dirname(place.worktree), { recursive: true });
  await mkdir(place.making);
  const call = callOn({ repository: clone.repository, place: { ...place, worktree: place.making }, base: state.base });
  const files = parts.git.tree(['read-tree', '--reset', '-u', startTree(state)], call);
  await Promise.all([files, parts.treeFacts(clone.repository, state.base), writeClone(place.making, clone)]);
  await giveIndex(place.making, clone);
  await rename(place.making, place.worktree);
}

/** The processes of the former life are dead: what they changed after the last checkpoint goes, but for ignored files. */
async function reuse(parts: GitParts, { place }: FoundTree, clone: AgentClone, state: AttemptState): Promise<void> {
  await restoreTree(parts, { repository: clone.repository, place, base: state.base }, startTree(state));
  await healClone(place.worktree, clone);
}
