import type { AttemptRef } from '../domain/names.js';

/** Worktree and branch of one attempt. */
export interface RadicleSessionRecord extends AttemptRef {
  readonly host: string;
  readonly worktree: string;
  readonly branch: string;
  /** Commit that the attempt started from. */
  readonly base: string;
  /** Its last state in the trusted repository: checkpoint, then commit. */
  readonly head: string;
  readonly isOpen: boolean;
}

export interface RadicleSessionRepository {
  /** Stores or replaces the session of an attempt. */
  save(session: RadicleSessionRecord): Promise<void>;
  find(attempt: AttemptRef): Promise<RadicleSessionRecord | undefined>;
  /** Sessions whose worktree was not removed, on a host. */
  openOn(host: string): Promise<RadicleSessionRecord[]>;
  close(attempt: AttemptRef, head: string): Promise<void>;
}
