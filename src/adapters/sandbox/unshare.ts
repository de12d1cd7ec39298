import type { Sandbox, SandboxCommand } from '../../ports/sandbox.js';
import { LAUNCH_AND_STAY, type PrepareCage } from './cage.js';
import { cagedSandbox } from './caged-sandbox.js';
import { cleanEnvironment, programPath, type SandboxHost } from './clean-environment.js';
import { namespaceProcesses } from './command-processes.js';
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

/** `unshare` ends its child with itself, but itself not with us: that is what `setpriv` is for. The user namespace makes root harmless outside. */
function unshareArgv(network: SandboxCommand['network']): string[] {
  const withUs = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'];
  const namespaces = ['--user', '--map-current-user', '--pid', '--ipc', '--uts', ...(network === 'off' ? ['--net'] : [])];
  return [...withUs, 'unshare', ...namespaces, '--fork', '--kill-child', '--mount-proc', '--'];
}
