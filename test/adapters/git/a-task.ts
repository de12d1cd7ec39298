import type { Session, Store } from '../../../src/ports/store.js';
import { AT, putFiles } from '../../conformance/store-world.js';

/** A step as far as it is: its session, the tree to commit, and the commit. */
export interface Step {
  readonly session: Session;
  readonly tree: string;
  readonly commit: string;
}

export const openStep = (store: Store, taskId: string, epoch: number) =>
  store.openSession({ projectId: 'project', ref: { workflowId: 'wf', taskId, attempt: 1, epoch }, canReuseTree: true });

export const commitStep = (store: Store, { ref, base }: Session, tree: string) =>
  store.commit({ projectId: 'project', attempt: ref, base, tree, title: 'A change', agent: 'script', at: AT });

export const integrateStep = (store: Store, { ref }: Session, commit: string) =>
  store.integrate({ projectId: 'project', attempt: ref, commit, at: AT });

/** One task with two commands, as an agent's host does it: what has a checkpoint is not done again. */
export async function doTask(store: Store, taskId: string, epoch: number): Promise<void> {
  const session = await openStep(store, taskId, epoch);
  const done = await store.checkpoints(session);
  for (const n of [1, 2].slice(done.length)) {
    putFiles(session.worktree, { [`${taskId}/command-${n}`]: `${n}`, [`${taskId}/order`]: `${n}` });
    await store.saveCheckpoint(session, n, { exitCode: 0, durationMs: 1 });
  }
  const commit = (await commitStep(store, session, await store.snapshot(session))) as string;
  await integrateStep(store, session, commit);
  await store.closeSession(session);
}
