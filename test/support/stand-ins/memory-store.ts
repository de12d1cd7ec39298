import { rejected, unavailable } from '../../../src/domain/errors.js';
import { type AttemptRef, attemptName, keptRef, stepBranch } from '../../../src/domain/names.js';
import type { Checkpoint, Integration, OpenSession, ProjectSource, Session, StepCommit, Store } from '../../../src/ports/store.js';
import { type Files, MemoryTrees } from './memory-trees.js';

/** A file of this name cannot be stored, as git refuses some. */
export const UNSTORABLE = 'unstorable';

const keyOf = (ref: AttemptRef): string => `${ref.workflowId}/${attemptName(ref)}`;

/** A store over memory that keeps the promises of the port. What lies in it can be looked at. */
export class MemoryStore implements Store {
  readonly kind = 'git';
  readonly trees = new MemoryTrees();
  readonly worktrees = new Map<string, Record<string, string>>();
  readonly setAside: string[] = [];
  readonly kept = new Map<string, string>();
  readonly stepHeads = new Map<string, string>();
  /** Sources that answer, and where their branch stands. */
  readonly sources = new Map<string, string>();
  private readonly integrations = new Map<string, string>();
  private readonly bases = new Map<string, string>();
  private readonly records = new Map<string, Checkpoint[]>();
  private readonly present = new Map<string, string>();

  /** A commit of these files without a parent. */
  root(files: Files): string {
    return this.trees.addCommit({ tree: this.trees.addTree(files), parents: [], message: 'root' });
  }

  filesAt(commit: string): Files {
    return this.trees.filesOf(this.trees.commit(commit).tree);
  }

  async inspect(source: string, branch = 'main') {
    if (!this.sources.has(source)) throw rejected('source-refused', `no repository is at ${source}`);
    return { source, defaultBranch: branch, head: await this.headOf(source), name: source.split('/').at(-1) as string };
  }

  async importProject({ source }: ProjectSource) {
    return { head: await this.headOf(source), warnings: [] };
  }

  async fetchSource({ source }: ProjectSource) {
    return { head: await this.headOf(source) };
  }

  async openWorkflow({ workflowId, base }: { workflowId: string; base: string }) {
    if (!this.integrations.has(workflowId)) this.integrations.set(workflowId, base);
  }

  async integrationHead({ workflowId }: { workflowId: string }) {
    return this.integrations.get(workflowId);
  }

  async openSession({ projectId, ref, canReuseTree }: OpenSession): Promise<Session> {
    const key = keyOf(ref);
    const base = this.bases.get(key) ?? (this.integrations.get(ref.workflowId) as string);
    this.bases.set(key, base);
    const found = this.present.get(key);
    if (found && !canReuseTree) this.setAside.push(found);
    const worktree = found && canReuseTree ? found : `/worktrees/${key}.${ref.epoch}`;
    this.present.set(key, worktree);
    const tree = this.records.get(key)?.at(-1)?.tree ?? this.trees.commit(base).tree;
    this.worktrees.set(worktree, { ...this.trees.filesOf(tree) });
    return { projectId, ref, worktree, branch: stepBranch(ref.workflowId, ref.taskId), base };
  }

  readablePaths(projectId: string) {
    return [`/repos/${projectId}.git/objects`];
  }

  async checkpoints({ ref }: Session) {
    return [...(this.records.get(keyOf(ref)) ?? [])];
  }

  async saveCheckpoint(session: Session, n: number, end: { exitCode: number; durationMs: number }) {
    const records = this.records.get(keyOf(session.ref)) ?? [];
    const known = records[n - 1];
    if (known) return known;
    const checkpoint = { n, tree: await this.snapshot(session), ...end };
    this.records.set(keyOf(session.ref), [...records, checkpoint]);
    return checkpoint;
  }

  async restore({ worktree }: Session, tree: string) {
    this.worktrees.set(worktree, { ...this.trees.filesOf(tree) });
  }

  async snapshot({ worktree }: Session) {
    const files = this.worktrees.get(worktree);
    if (!files) throw new Error(`${worktree} is not there`);
    if (UNSTORABLE in files) throw rejected('tree-refused', 'the files of the task cannot be stored');
    return this.trees.addTree(files);
  }

  async treeOf(_projectId: string, commit: string) {
    return this.trees.commit(commit).tree;
  }

  async commit({ attempt, base, tree, title, agent, at }: StepCommit) {
    if (tree === this.trees.commit(base).tree) return undefined;
    const message = `${title} by ${agent} at ${at.toISOString()} for ${keyOf(attempt)}`;
    const commit = this.trees.addCommit({ tree, parents: [base], message });
    this.stepHeads.set(stepBranch(attempt.workflowId, attempt.taskId), commit);
    return commit;
  }

  async integrate({ attempt, commit }: { attempt: AttemptRef; commit: string }): Promise<Integration> {
    const head = this.integrations.get(attempt.workflowId) as string;
    if (this.trees.isAncestor(commit, head)) return { kind: 'integrated', head };
    const [base] = this.trees.commit(commit).parents as [string];
    const merged = this.trees.merge(base, head, commit);
    if ('conflicts' in merged) return { kind: 'conflict', files: merged.conflicts };
    const tree = this.trees.addTree(merged.files);
    const next = base === head ? commit : this.trees.addCommit({ tree, parents: [head, commit], message: `merges ${keyOf(attempt)}` });
    this.integrations.set(attempt.workflowId, next);
    return { kind: 'integrated', head: next };
  }

  async keep(session: Session) {
    const tree = await this.snapshot(session);
    if (tree === this.trees.commit(session.base).tree) return undefined;
    this.kept.set(keptRef(session.ref), tree);
    return keptRef(session.ref);
  }

  async closeSession({ ref, worktree }: Session) {
    this.worktrees.delete(worktree);
    if (this.present.get(keyOf(ref)) === worktree) this.present.delete(keyOf(ref));
  }

  private async headOf(source: string): Promise<string> {
    const head = this.sources.get(source);
    if (!head) throw unavailable('source', `${source} does not answer`);
    return head;
  }
}
