import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './studio-patience.js';
import { isAlive, PARTS, processesOfHome, processOf, type StudioPart, type StudioProcess, signal } from './studio-processes.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Whatever studio runs in a home, now or later: everything is looked up when it is asked for. */
export interface StudioOfHome {
  readonly home: string;
  databaseUrl(): string;
  /** Rejects when the app is away. */
  api(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The living process of a part, waited for if need be. */
  process(part: StudioPart): Promise<StudioProcess>;
  /** SIGKILL to the living process of a part, found by pid and start time; waits until it is gone. Returns who it was. */
  kill(part: StudioPart): Promise<StudioProcess>;
}

/** A real studio: what `npm start` runs, as a child process. Survives the death of its parts. */
export interface Studio extends StudioOfHome {
  /** What it has printed so far. */
  output(): string;
  /** As Ctrl-C does; then looks whether anything is left: a process, a pid file, a port. */
  stop(): Promise<void>;
  /** SIGKILL to the supervisor and all its parts at once. */
  killAll(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../../bin/perennial.mjs', import.meta.url));
const READY_WITHIN_MS = 90_000;
const STOPPED_WITHIN_MS = 60_000;

/** A home for studios, in a folder of its own that has room for more beside it. */
export function newHome(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perennial-studio-')));
  chmodSync(folder, 0o711); // The database's user must get through to its data.
  return join(folder, 'home');
}

/** A new path in the folder of a home, which goes with it. */
export function besideHome(home: string, name: string): string {
  return join(mkdtempSync(join(dirname(home), 'more-')), name);
}

/** Removes the home and what is beside it. Fails when a process still works for it. */
export async function removeHome(home: string): Promise<void> {
  await assertNobodyIn(home);
  await rm(realPathOf(join(home, 'postgres')), { recursive: true, force: true });
  await rm(dirname(home), { recursive: true, force: true, maxRetries: 3 });
}

/** The database may lie elsewhere, where its user can reach it. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Starts a studio and waits until it says that it is ready. */
export async function startStudio({ home, env = {} }: { home: string; env?: Readonly<Record<string, string>> }): Promise<Studio> {
  const child = spawn(process.execPath, [ENTRY, 'up'], { env: { ...studioEnvironment(home), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = gather(child);
  await eventually(READY_WITHIN_MS, () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the studio ended before it was ready:\n${output()}`);
    return output().includes('Perennial is ready at') || `the studio is not ready:\n${output()}`;
  });
  return { ...studioOfHome(home), output, stop: () => stop(home, child, output), killAll: () => killAll(home, child) };
}

function studioOfHome(home: string): StudioOfHome {
  return {
    home,
    databaseUrl: () => databaseUrl(home),
    api: (...request) => callApi(home, ...request),
    process: (part) => livingPart(home, part),
    async kill(part) {
      const victim = await livingPart(home, part);
      await killProcess(victim);
      return victim;
    },
  };
}

/** The person's own, without what points at other servers. */
function studioEnvironment(home: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, TEMPORAL_NAMESPACE: ___, ...inherited } = process.env;
  return { ...inherited, PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '0', PERENNIAL_WELCOME: 'off' };
}

function gather(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  }
  return () => text;
}

interface Ports {
  readonly http: number;
  readonly postgres: number;
  readonly temporal: number;
}

function portsOf(home: string): Ports {
  return JSON.parse(readFileSync(join(home, 'run', 'ports.json'), 'utf8')) as Ports;
}

function databaseUrl(home: string): string {
  const password = readFileSync(join(home, 'postgres-password'), 'utf8').trim();
  return `postgresql://postgres:${password}@127.0.0.1:${portsOf(home).postgres}/perennial`;
}

async function callApi(home: string, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const token = readFileSync(join(home, 'token'), 'utf8').trim();
  const response = await fetch(`http://127.0.0.1:${portsOf(home).http}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

async function livingPart(home: string, part: StudioPart): Promise<StudioProcess> {
  let found: StudioProcess | undefined;
  await eventually(30_000, () => {
    found = processOf(home, part);
    return found !== undefined || `${part} does not live`;
  });
  return found as StudioProcess;
}

async function killProcess(victim: StudioProcess): Promise<void> {
  signal(victim, 'SIGKILL');
  await eventually(10_000, () => !isAlive(victim) || `process ${victim.pid} outlives SIGKILL`);
}

/** The supervisor first, so that it starts nothing again. */
async function killAll(home: string, child: ChildProcess): Promise<void> {
  const victims = PARTS.flatMap((part) => processOf(home, part) ?? []);
  for (const victim of victims) signal(victim, 'SIGKILL');
  for (const victim of victims) await killProcess(victim);
  await ended(child);
}

async function stop(home: string, child: ChildProcess, output: () => string): Promise<void> {
  const ports = portsOf(home);
  child.kill('SIGINT');
  await eventually(STOPPED_WITHIN_MS, () => child.exitCode !== null || `the studio does not stop:\n${output()}`);
  await ended(child);
  if (child.exitCode !== 0) throw new Error(`the studio ended with exit code ${child.exitCode}:\n${output()}`);
  await assertNobodyIn(home);
  const living = PARTS.filter((part) => processOf(home, part) !== undefined);
  if (living.length > 0) throw new Error(`these parts outlive their studio: ${living.join(', ')}`);
  for (const [name, port] of Object.entries(ports)) await assertClosed(name, port as number);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function assertNobodyIn(home: string): Promise<void> {
  await eventually(10_000, () => {
    const left = processesOfHome(home);
    return left.length === 0 || `processes are left in ${home}:\n  ${left.join('\n  ')}`;
  });
}

async function assertClosed(name: string, port: number): Promise<void> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  if (isOpen) throw new Error(`port ${port} (${name}) is still served`);
}
