import type { Sandbox, SandboxCommand } from '../../ports/sandbox.js';
import { LAUNCH_AND_STAY, type PrepareCage } from './cage.js';
import { cagedSandbox } from './caged-sandbox.js';
import { cleanEnvironment, programPath, type SandboxHost } from './clean-environment.js';
import { namespaceProcesses } from './command-processes.js';
import { outerNamespaces } from './outer-namespaces.js';
import { makeTemporaryFolders } from './temporary-folders.js';

/** Namespaces of its own for processes and, with `network: off`, for the network; the files are the host's. */
export function unshareSandbox(host: SandboxHost): Sandbox {
  const prepare: PrepareCage = async (command) => {
    const folders = await makeTemporaryFolders();
    return {
      name: 'unshare',
      argv: unshareArgv(command.network),
      texts: [],
      launcher: LAUNCH_AND_STAY,
      programPath: programPath(host),
      environment: cleanEnvironment(host, command, folders),
      processesOf: namespaceProcesses,
      dispose: folders.remove,
    };
  };
  return cagedSandbox((network) => ({ by: 'unshare', files: false, processes: true, network: network === 'off' }), prepare, host.graceMs);
}

/** Whom the command runs as stays the same; the user namespace makes root harmless outside. */
function unshareArgv(network: SandboxCommand['network']): string[] {
  return outerNamespaces(['--map-current-user', '--ipc', '--uts', '--mount-proc', ...(network === 'off' ? ['--net'] : [])]);
}
