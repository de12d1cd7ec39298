import { userInfo } from 'node:os';
import type { Sandbox } from '../../ports/sandbox.js';
import { accountFiles, bubblewrapArgv, type InnerUser, resolverFile } from './bubblewrap-argv.js';
import { LAUNCH, NEEDS_NETWORK, type PrepareCage } from './cage.js';
import { cagedSandbox } from './caged-sandbox.js';
import { cleanEnvironment, programPath, type SandboxHost } from './clean-environment.js';
import { namespaceProcesses } from './command-processes.js';
import { outerNamespaces } from './outer-namespaces.js';
import { openSlirp } from './slirp-network.js';

/** What the machine's bubblewrap has to work with. */
export interface BubblewrapParts {
  /** slirp4netns works: then a command with network has a network of its own, else the host's. */
  readonly hasSlirp: boolean;
  /** Namespaces inside the sandbox can be forbidden (since bubblewrap 0.8). */
  readonly canForbidNamespaces: boolean;
}

const FOLDERS = { home: '/home/agent', tmp: '/tmp' };

/** Namespaces of its own for everything; of the host's files only the system's, read-only, and the worktree. */
export function bubblewrapSandbox(host: SandboxHost, parts: BubblewrapParts): Sandbox {
  const user = innerUser();
  const prepare: PrepareCage = async (command) => {
    const usesSlirp = parts.hasSlirp && command.network === 'on';
    const files = [...accountFiles(user, FOLDERS.home), ...resolverFile(usesSlirp)];
    const argv = bubblewrapArgv({ host, command, user, files, folders: FOLDERS, canForbidNamespaces: parts.canForbidNamespaces });
    return {
      name: 'bubblewrap',
      argv: [...(usesSlirp ? AROUND_WITH_NETWORK : AROUND), ...argv],
      texts: files.map(({ text }) => text),
      launcher: LAUNCH,
      programPath: programPath(host),
      environment: cleanEnvironment(host, command, FOLDERS, user.name),
      processesOf: namespaceProcesses,
      ...(usesSlirp && { openNetwork: (pid: number) => openSlirp(pid, programPath(host)) }),
      dispose: async () => undefined,
    };
  };
  const isolation: Sandbox['isolation'] = (network) => ({
    by: 'bubblewrap',
    files: true,
    processes: true,
    network: network === 'off' || parts.hasSlirp,
  });
  return cagedSandbox(isolation, prepare, host.graceMs);
}

const AROUND = outerNamespaces(['--map-root-user']);

/**
 * The network namespace is not bubblewrap's, which forbids everything, also to slirp4netns. The network is opened while bubblewrap builds the rest.
 */
const AROUND_WITH_NETWORK = [...outerNamespaces(['--map-root-user', '--net']), 'sh', '-c', `echo ${NEEDS_NETWORK} >&3; exec "$@"`, 'sh'];

const ORDINARY_ID = 1_000;

/** Root outside is an ordinary user inside: tools that ask for it behave, and files that they make are root's outside, as the worktree is. */
function innerUser(): InnerUser {
  const { uid, gid } = userInfo();
  return { name: 'agent', uid: uid || ORDINARY_ID, gid: uid ? gid : ORDINARY_ID };
}
