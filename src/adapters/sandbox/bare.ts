import type { Sandbox } from '../../ports/sandbox.js';
import { readEnvironment } from '../process/proc-stat.js';
import { LAUNCH, type PrepareCage } from './cage.js';
import { cagedSandbox } from './caged-sandbox.js';
import { cleanEnvironment, programPath, type SandboxHost } from './clean-environment.js';
import { looseProcesses } from './command-processes.js';
import { makeTemporaryFolders } from './temporary-folders.js';

/** No sandbox: a clean environment, an empty home, and an end to all processes that can be recognised. It claims nothing. */
export function bareSandbox(host: SandboxHost): Sandbox {
  const roots = new Set<string>();
  const prepare: PrepareCage = async (command) => {
    const folders = await makeTemporaryFolders();
    roots.add(folders.root);
    return {
      name: 'sh',
      argv: [],
      texts: [],
      launcher: LAUNCH,
      programPath: programPath(host),
      environment: cleanEnvironment(host, command, folders),
      processesOf: (child) => looseProcesses(child, (pid) => belongsTo(readEnvironment(pid), command.mark, folders.root, roots)),
      dispose: async () => {
        roots.delete(folders.root);
        await folders.remove();
      },
    };
  };
  return cagedSandbox(() => ({ by: 'none', files: false, processes: false, network: false }), prepare, host.graceMs);
}

/** Commands of one agent run carry one mark; those that run beside this one are told apart by their folders. */
function belongsTo(environment: readonly string[], mark: string, root: string, roots: ReadonlySet<string>): boolean {
  if (!environment.includes(`PERENNIAL_RUN=${mark}`)) return false;
  return ![...roots].some((other) => other !== root && environment.some((entry) => isIn(other, entry)));
}

const isIn = (root: string, entry: string): boolean => entry.startsWith(`HOME=${root}/`) || entry.startsWith(`TMPDIR=${root}/`);
