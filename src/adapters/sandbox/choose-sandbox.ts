import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rejected } from '../../domain/errors.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { bareSandbox } from './bare.js';
import { bubblewrapSandbox } from './bubblewrap.js';
import { programPath, type SandboxHost } from './clean-environment.js';
import { whyItFails } from './probe.js';
import { removeAbandonedFolders } from './temporary-folders.js';
import { unshareSandbox } from './unshare.js';

/** Something that was tried and does not work here. */
export interface Refusal {
  readonly by: 'bubblewrap' | 'slirp4netns' | 'unshare';
  readonly why: string;
}

export interface ChooseSandbox {
  readonly mode: 'auto' | 'required' | 'off';
  readonly host: SandboxHost;
  /** Told what would hold more but does not work here, for people to read. */
  readonly onRefusal?: (refusal: Refusal) => void;
}

/**
 * The sandbox that holds most of those that work here, found by running a command in each. `off` holds nothing. Throws `sandbox-required` when
 * one is required and none holds both files and processes. Removes temporary folders that killed processes left.
 */
export async function chooseSandbox({ mode, host, onRefusal }: ChooseSandbox): Promise<Sandbox> {
  await removeAbandonedFolders();
  if (mode === 'off') return bareSandbox(host);
  const found = await bestSandbox(host);
  if (mode === 'required' && !found.sandbox.isolation('off').files) throw sandboxRequired(found.refusals);
  for (const refusal of found.refusals) onRefusal?.(refusal);
  return found.sandbox;
}

interface Found<S> {
  readonly sandbox: S;
  readonly refusals: readonly Refusal[];
}

async function bestSandbox(host: SandboxHost): Promise<Found<Sandbox>> {
  const { sandbox, refusals } = await tryBubblewrap(host);
  if (sandbox) return { sandbox, refusals };
  const unshare = unshareSandbox(host);
  const why = await whyItFails(unshare, 'off');
  return why ? { sandbox: bareSandbox(host), refusals: [...refusals, { by: 'unshare', why }] } : { sandbox: unshare, refusals };
}

/** With a network of its own where slirp4netns works. */
export async function tryBubblewrap(host: SandboxHost): Promise<Found<Sandbox | undefined>> {
  const canForbidNamespaces = await canBubblewrap(host, '--disable-userns');
  const offline = bubblewrapSandbox(host, { hasSlirp: false, canForbidNamespaces });
  const why = await whyItFails(offline, 'off');
  if (why) return { sandbox: undefined, refusals: [{ by: 'bubblewrap', why }] };
  const online = bubblewrapSandbox(host, { hasSlirp: true, canForbidNamespaces });
  const whyOffline = await whyItFails(online, 'on');
  return whyOffline ? { sandbox: offline, refusals: [{ by: 'slirp4netns', why: whyOffline }] } : { sandbox: online, refusals: [] };
}

/** False too when there is no bubblewrap, which the probe tells better. */
async function canBubblewrap(host: SandboxHost, option: string): Promise<boolean> {
  const help = await promisify(execFile)('bwrap', ['--help'], { env: { PATH: programPath(host) } }).catch(() => ({ stdout: '' }));
  return help.stdout.includes(option);
}

function sandboxRequired(refusals: readonly Refusal[]): Error {
  const unshareWorks = !refusals.some(({ by }) => by === 'unshare');
  const tried = [...refusals.map(({ by, why }) => `${by}: ${why}`), ...(unshareWorks ? ['unshare: works, but does not hold files'] : [])];
  const message = `a sandbox that holds files and processes is required (PERENNIAL_SANDBOX), and none works here. Tried: ${tried.join('; ')}. Install bubblewrap or let it make user namespaces, or set PERENNIAL_SANDBOX=auto`;
  return rejected('sandbox-required', message, { refusals });
}
