import { userInfo } from 'node:os';
import { delimiter, dirname } from 'node:path';
import type { SandboxCommand } from '../../ports/sandbox.js';

/** What a sandbox is told of the machine. */
export interface SandboxHost {
  /** The Node that commands find as `node`. */
  readonly nodePath: string;
  /** Variables that name the file of the certificates that the machine trusts, such as NODE_EXTRA_CA_CERTS, with that file. */
  readonly caFiles: Readonly<Record<string, string>>;
  /** Between SIGTERM and SIGKILL; 5 s when left out. */
  readonly graceMs?: number;
  /** Where the sandbox's own programs are looked for; the system's folders when left out. */
  readonly programPath?: string;
}

/** Folders of a command of this sandbox. */
export interface CommandFolders {
  readonly home: string;
  readonly tmp: string;
}

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Where programs are looked for: the folder of our Node first, so that `node` is the one that Perennial was tried with, then the standard ones. */
export function searchPath(host: SandboxHost): string {
  const nodeFolder = dirname(host.nodePath);
  return (SYSTEM_FOLDERS.includes(nodeFolder) ? SYSTEM_FOLDERS : [nodeFolder, ...SYSTEM_FOLDERS]).join(delimiter);
}

/** Where bwrap, unshare and their like are looked for. A task has no say in it. */
export const programPath = (host: SandboxHost): string => host.programPath ?? SYSTEM_FOLDERS.join(delimiter);

/** All that a command finds in its environment: nothing of ours but its mark. What the task gives comes last, and cannot change the mark. */
export function cleanEnvironment(host: SandboxHost, command: SandboxCommand, { home, tmp }: CommandFolders, user = userInfo().username) {
  return {
    PATH: searchPath(host),
    HOME: home,
    TMPDIR: tmp,
    LANG: 'C.UTF-8',
    USER: user,
    SHELL: '/bin/sh',
    ...host.caFiles,
    ...command.env,
    PERENNIAL_RUN: command.mark,
  };
}
