import type { ProcessRef } from '../ports/agent-run-repository.js';

export type PartName = 'postgres' | 'temporal' | 'app' | 'worker';

/** How one part is started, seen to be ready, and ended. */
export interface PartPlan {
  readonly name: PartName;
  /** What people read: `PostgreSQL 18.4`. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /**
   * Left out: none is kept. Further arguments of a spare: a second process that has all that takes long behind it, and takes the place of the
   * first, when that dies, at a message. It needs `sendsMessages`.
   */
  readonly spare?: { readonly args: readonly string[]; readonly takeOver: string };
  /** Of the next life. */
  readonly env: () => NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Another user than ours (root alone can do that). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** A child of Node that tells when it is ready: it gets a channel, and `probe` its last message. */
  readonly sendsMessages?: boolean;
  /** Done before every start, not only the first: heals what a killed predecessor left. */
  readonly prepare?: () => Promise<void>;
  /** Where the part answers, once it really does; undefined: not yet. Asked every few milliseconds. */
  readonly probe: (message: unknown) => Promise<string | undefined>;
  /** A life that is not ready after this is ended and counts as a death. Default 60 s. */
  readonly readyWithinMs?: number;
  /** The polite signal, and how long it may take until the whole process group is killed. */
  readonly stop: { readonly signal: NodeJS.Signals; readonly waitMs: number };
}

/** How one life of a part ended. */
export interface PartDeath {
  readonly name: PartName;
  /** Undefined when the process could not be started at all. */
  readonly process: ProcessRef | undefined;
  /** `exit code 1`, `SIGKILL`, or why it could not be started. */
  readonly how: string;
  readonly wasReady: boolean;
}
