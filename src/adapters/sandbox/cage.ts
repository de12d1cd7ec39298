import type { ProcessRef } from '../../ports/agent-run-repository.js';
import type { SandboxCommand } from '../../ports/sandbox.js';

/** How one sandbox holds one command. What all sandboxes do alike (start, output, time, end) is in `run-in-cage.ts`. */
export interface Cage {
  /** For messages. */
  readonly name: string;
  /** Program and arguments that take the launcher's as their last ones; none when nothing stands around the command. */
  readonly argv: readonly string[];
  /** Texts that `argv` reads from descriptors 4, 5, and so on. */
  readonly texts: readonly string[];
  readonly launcher: string;
  /** Where the programs of `argv` are found. */
  readonly programPath: string;
  /** The command's whole environment. The programs of `argv` do not get it: what a task gives must not reach what holds it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gives the namespaces of a process their way out; the command starts after that. */
  readonly openNetwork?: (pid: number) => Network;
  /** The processes of the command, once it was launched as this child of ours. */
  readonly processesOf: (child: ProcessRef) => CommandProcesses;
  /** Removes what was made for this one command. */
  readonly dispose: () => Promise<void>;
}

export type PrepareCage = (command: SandboxCommand) => Promise<Cage>;

export interface Network {
  readonly ready: Promise<void>;
  close(): void;
}

export interface CommandProcesses {
  /** SIGTERM to each of them. */
  terminate(): void;
  /** SIGKILL to each of them; resolves when all that the sandbox holds are gone. May be called again. */
  end(): Promise<void>;
}

/** What the launcher and we say to each other on descriptor 3. */
export const NEEDS_NETWORK = 'network';
export const IS_LAUNCHED = 'launched';

/**
 * Runs inside the sandbox, in front of the command, with the environment and then the command as its arguments: tells us that it is there, and
 * waits until it may go on. When we are dead it reads nothing, and the command never starts. Standard error is the sandbox's own until then.
 */
export const LAUNCH = `echo ${IS_LAUNCHED} >&3; read -r go <&3 || exit 125; exec env -i -- "$@" 3>&- 2>&1`;

/** The same as the first process of a namespace, which stays: it collects orphans, and signals without a handler do not reach it. */
export const LAUNCH_AND_STAY = `echo ${IS_LAUNCHED} >&3; read -r go <&3 || exit 125; (exec env -i -- "$@" 3>&- 2>&1); exit $?`;
