import { rm } from 'node:fs/promises';
import { isPerennialError } from '../../domain/errors.js';
import type { Sandbox, SandboxCommand } from '../../ports/sandbox.js';
import { makeTemporaryFolder } from './temporary-folders.js';

const PROBE_MS = 10_000;

/** Runs a command in the sandbox: undefined when that works, else the reason. */
export async function whyItFails(sandbox: Sandbox, network: SandboxCommand['network']): Promise<string | undefined> {
  const worktree = await makeTemporaryFolder('probe');
  try {
    const end = await sandbox.run(probe(worktree, network));
    return end.kind === 'exited' && end.exitCode === 0 ? undefined : `a command that does nothing ended with ${JSON.stringify(end)}`;
  } catch (error) {
    if (isPerennialError(error) && error.code === 'sandbox-broken') return error.message;
    throw error;
  } finally {
    await rm(worktree, { recursive: true });
  }
}

const probe = (worktree: string, network: SandboxCommand['network']): SandboxCommand => ({
  command: 'touch probe',
  worktree,
  readable: [],
  env: {},
  network,
  mark: 'probe',
  timeoutMs: PROBE_MS,
  signal: new AbortController().signal,
  onOutput: async () => undefined,
});
