import type { Isolation, ProcessRef } from './agent-run-repository.js';

export interface SandboxCommand {
  /** Run as `sh -c <command>` in the root of the worktree. */
  readonly command: string;
  readonly worktree: string;
  /** Besides the worktree, readable at their real paths. */
  readonly readable: readonly string[];
  /** Added to the clean environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly network: 'on' | 'off';
  /** Value of PERENNIAL_RUN in every process. */
  readonly mark: string;
  readonly timeoutMs: number;
  /** Aborted: the command ends, politely first (SIGTERM, then SIGKILL after `SandboxOptions.graceMs`). */
  readonly signal: AbortSignal;
  /** Standard output and error, as they come. Awaited before more is read, so that memory is bounded. */
  readonly onOutput: (chunk: Uint8Array) => Promise<void>;
}

/** How a command ended. Exactly one of exit code, `timed-out`, `cancelled`; death by signal N counts as exit code 128 + N, as a shell says. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' };

/** Runs commands that nobody trusts. When `run` has returned, no process of the command lives. */
export interface Sandbox {
  /** What is held back for a command with this network. */
  isolation(network: 'on' | 'off'): Isolation;
  /** Throws `sandbox-broken` when the command could not be started at all. */
  run(command: SandboxCommand): Promise<CommandEnd>;
}

/** Processes of this host. */
export interface ProcessTable {
  isAlive(process: ProcessRef): Promise<boolean>;
  /** This very process. */
  self(): Promise<ProcessRef>;
  /** SIGKILL to the process if it is still the same one, and waits until it is gone. */
  kill(process: ProcessRef): Promise<void>;
  /** SIGKILL to every process whose environment says PERENNIAL_RUN=<mark>, until none is left; returns how many were ended. */
  killMarked(mark: string): Promise<number>;
}
