import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { brokenSandbox } from './broken-sandbox.js';
import type { Network } from './cage.js';

/** Where slirp4netns answers name look-ups, by the host's own resolver: that one may listen on the host's loopback, which is closed here. */
export const SLIRP_RESOLVER = '10.0.2.3';

/**
 * A way out for the network namespace of a process, in user mode: the world can be reached from there, the host's loopback cannot. It ends with
 * us, by the descriptor that we hold. Measured: ready 5 ms after its start; its own end takes 20–60 ms, so nobody waits for that.
 */
export function openSlirp(pid: number, programPath: string): Network {
  const args = ['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=3', '--exit-fd=4', String(pid), 'tap0'];
  const child = spawn('slirp4netns', args, {
    detached: true,
    env: { PATH: programPath },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  return {
    ready: untilReady(child),
    close: () => {
      child.kill('SIGKILL');
      for (const stream of child.stdio) stream?.destroy();
      child.unref();
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Uint8Array) => {
    if (said.length < 2_000) said += Buffer.from(chunk).toString('utf8');
  });
  const isReady = once(child.stdio[3] as Readable, 'data').then(() => true as const);
  const hasEnded = once(child, 'exit').then(
    () => said,
    (error: Error) => error.message,
  );
  const end = await Promise.race([isReady, hasEnded]);
  if (end !== true) throw brokenSandbox('slirp4netns', end);
}
