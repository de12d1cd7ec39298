import type { Isolation } from '../../ports/agent-run-repository.js';
import type { Sandbox, SandboxCommand } from '../../ports/sandbox.js';
import type { PrepareCage } from './cage.js';
import { InheritedDescriptors } from './inherited-descriptors.js';
import { OutputPipes } from './output-pipe.js';
import { runInCage } from './run-in-cage.js';

const DEFAULT_GRACE_MS = 5_000;

/** A sandbox from what is its own: what it claims, and how it holds one command. */
export function cagedSandbox(isolation: (network: 'on' | 'off') => Isolation, prepare: PrepareCage, graceMs = DEFAULT_GRACE_MS): Sandbox {
  const shared = { pipes: new OutputPipes(), inherited: new InheritedDescriptors(), graceMs };
  const run = async (command: SandboxCommand) => {
    const cage = await prepare(command);
    try {
      return await runInCage(cage, command, shared);
    } finally {
      await cage.dispose();
    }
  };
  return { isolation, run: async (command) => (command.signal.aborted ? { kind: 'cancelled' } : run(command)) };
}
