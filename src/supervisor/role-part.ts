import type { Config } from '../config.js';
import type { PartPlan } from './part-plan.js';

/** What the embedded (or given) servers are reached by. */
export interface Servers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/** How a spare worker is started, and what ends its waiting: an argument, and a message. */
export const SPARE = 'spare';

/** What the app is asked when a worker died: to hand over what that one held. */
export const HAND_OVER = 'hand-over';

/** The message of a role that is really ready. */
interface ReadyMessage {
  readonly ready: true;
  /** Of the app: where it listens, also when any free port was asked for. */
  readonly port?: number;
}

/** The app: the HTTP API. */
export function appPart(config: Config, checkout: string, servers: Servers, port: () => number | undefined): PartPlan {
  const { host } = config.http;
  return {
    ...rolePart(config, checkout, servers, 'app'),
    title: 'App',
    // A restarted app keeps the port that it was given at first, for those who have its address.
    env: () => ({ ...roleEnvironment(config, servers), PERENNIAL_HTTP_PORT: String(port() ?? config.http.port) }),
    probe: async (message) => {
      const at = isReady(message) ? `http://${urlHost(host)}:${message.port ?? config.http.port}` : undefined;
      return at !== undefined && (await isHealthy(at)) ? at : undefined;
    },
    stop: { signal: 'SIGTERM', waitMs: 5_000 },
  };
}

/** The worker: what runs tasks. */
export function workerPart(config: Config, checkout: string, servers: Servers): PartPlan {
  return {
    ...rolePart(config, checkout, servers, 'worker'),
    title: 'Worker',
    spare: { args: [SPARE], takeOver: SPARE },
    probe: async (message) => (isReady(message) ? `host ${config.hostId}` : undefined),
    stop: { signal: 'SIGTERM', waitMs: 20_000 },
  };
}

/** A small young generation: measured, 20 MB less in each role, and no slower. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=1'];

/** A role waits for its servers, and those have so long to recover. */
const READY_WITHIN_MS = 330_000;

function rolePart(config: Config, checkout: string, servers: Servers, name: 'app' | 'worker') {
  return {
    name,
    command: process.execPath,
    args: [...NODE_FLAGS, `dist/src/${name}.js`],
    env: () => roleEnvironment(config, servers),
    cwd: checkout,
    sendsMessages: true,
    readyWithinMs: READY_WITHIN_MS,
  } as const;
}

/** Fewer heaps of glibc, for a role has many threads and allocates in few: measured, 10 to 20 MB less in each. */
const MALLOC_ARENA_MAX = '2';

function roleEnvironment({ environment, home }: Config, { databaseUrl, temporalAddress }: Servers): NodeJS.ProcessEnv {
  return { MALLOC_ARENA_MAX, ...environment, PERENNIAL_HOME: home, DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress };
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;
}

export const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // Not yet: who asks goes on asking, for a bounded time.
    return false;
  }
}
