import type { AttemptRef, EpochRef } from '../domain/names.js';

/** What a look at a source found. */
export interface SourceFacts {
  /** The source in its lasting form: an absolute real path, or the URL. */
  readonly source: string;
  readonly defaultBranch: string;
  /** Head of that branch. */
  readonly head: string;
  /** A name for people: the last part of the path. */
  readonly name: string;
}

/** A source of a project: where the trusted repository takes its commits from. */
export interface ProjectSource {
  readonly projectId: string;
  readonly source: string;
  readonly branch: string;
}

/** The worktree of one epoch of an attempt. */
export interface Session {
  readonly projectId: string;
  readonly ref: EpochRef;
  /** Absolute path of the tree that the agent works in. */
  readonly worktree: string;
  readonly branch: string;
  /** Commit that the attempt started from; the same in all its epochs. */
  readonly base: string;
}

export interface OpenSession {
  readonly projectId: string;
  readonly ref: EpochRef;
  /** True when every process of the epoch before is known to be dead and its tree is on this host: then the tree is used again. */
  readonly canReuseTree: boolean;
}

/** Record of the n-th command of an attempt, with the tree that it left. */
export interface Checkpoint {
  readonly n: number;
  /** Object id of the tree. */
  readonly tree: string;
  readonly exitCode: number;
  readonly durationMs: number;
}

export interface StepCommit {
  readonly projectId: string;
  readonly attempt: AttemptRef;
  readonly base: string;
  readonly tree: string;
  /** Subject of the commit. */
  readonly title: string;
  /** Kind of agent, for the author. */
  readonly agent: string;
  /** Date of the commit, fixed for the step: a repeat makes the same object. */
  readonly at: Date;
}

export type Integration =
  | { readonly kind: 'integrated'; readonly head: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** Where a project's commits live. Every method may be repeated after a crash and then returns what the first call made. */
export interface Store {
  readonly kind: 'git' | 'radicle';
  /** Looks at a source without keeping anything. Throws `source-refused`: no repository, no commit, option-like, other transport. */
  inspect(source: string, branch?: string): Promise<SourceFacts>;
  /** Makes the trusted repository and fetches the source into it; returns the head of its branch, and warnings for people (submodules, LFS). */
  importProject(source: ProjectSource): Promise<{ head: string; warnings: readonly string[] }>;
  /** Fetches the source again; moves the trusted default branch by fast-forward only. Throws `unavailable` when the source cannot be read now. */
  fetchSource(source: ProjectSource): Promise<{ head: string }>;
  /** Makes the integration branch of a workflow at `base`, and holds `base` alive. */
  openWorkflow(request: { projectId: string; workflowId: string; base: string }): Promise<void>;
  /** Head of the integration branch; undefined before `openWorkflow`. */
  integrationHead(request: { projectId: string; workflowId: string }): Promise<string | undefined>;
  /** A worktree at the attempt's base (the integration head when the attempt began), at its last checkpoint when there is one. Heals what a killed epoch left; what cannot be reused is set aside and kept. */
  openSession(request: OpenSession): Promise<Session>;
  /** Files that commands in the worktree must be able to read besides it: the objects of the trusted repository. */
  readablePaths(projectId: string): readonly string[];
  /** Checkpoints of the attempt, ascending without gaps from 1. */
  checkpoints(session: Session): Promise<Checkpoint[]>;
  /** Records the end of the n-th command with the tree as it is now. One that is there already stays. */
  saveCheckpoint(session: Session, n: number, end: { exitCode: number; durationMs: number }): Promise<Checkpoint>;
  /** Puts tracked and untracked files back to `tree`; ignored files stay. */
  restore(session: Session, tree: string): Promise<void>;
  /** Object id of the tree as it is now: all files but ignored ones. */
  snapshot(session: Session): Promise<string>;
  /** The tree of a commit. */
  treeOf(projectId: string, commit: string): Promise<string>;
  /** One commit on the step's branch carrying the step's trailers, or undefined when `tree` is the base's. */
  commit(commit: StepCommit): Promise<string | undefined>;
  /** Merges the step's commit onto the integration branch; found when it is there already. */
  integrate(request: { projectId: string; attempt: AttemptRef; commit: string; at: Date }): Promise<Integration>;
  /** Keeps the worktree's present state as a ref, when it differs from the base; returns the ref. */
  keep(session: Session): Promise<string | undefined>;
  /** Removes the worktree of a session, by its path. What the repository does not have is kept first. */
  closeSession(session: Session): Promise<void>;
}
