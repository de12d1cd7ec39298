/** A process that runs one command in a sandbox of a kind, for tests that kill it: `sandbox-caller.ts <kind> <worktree> <mark> <command>`. */
import { bareSandbox } from '../../src/adapters/sandbox/bare.js';
import { tryBubblewrap } from '../../src/adapters/sandbox/choose-sandbox.js';
import { unshareSandbox } from '../../src/adapters/sandbox/unshare.js';
import type { Sandbox } from '../../src/ports/sandbox.js';

const [kind, worktree, mark, command] = process.argv.slice(2) as [string, string, string, string];
const sandbox = await sandboxOf(kind);
process.stdout.write('starting\n');
await sandbox.run({
  command,
  worktree,
  mark,
  readable: [],
  env: {},
  network: 'on',
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  onOutput: async (chunk) => void process.stdout.write(chunk),
});

async function sandboxOf(kind: string): Promise<Sandbox> {
  const host = { nodePath: process.execPath, caFiles: {}, graceMs: 500 };
  if (kind === 'bubblewrap') return (await tryBubblewrap(host)).sandbox ?? bareSandbox(host);
  return kind === 'unshare' ? unshareSandbox(host) : bareSandbox(host);
}
