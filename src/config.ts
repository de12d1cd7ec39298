import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { rejected } from './domain/errors.js';

/** Everything that a person may set, with defaults filled in. docs/settings.md is the list; this is the only file that reads the environment. */
export interface Config {
  /** Token, embedded data, repositories, worktrees, logs, pid files. */
  readonly home: string;
  readonly reposDir: string;
  readonly worktreesDir: string;
  readonly logsDir: string;
  /** Downloaded tools, shared by all homes. */
  readonly cacheDir: string;
  readonly http: { readonly host: string /** 0 = any free port. */; readonly port: number; readonly publicUrl?: string };
  /** Left out: the embedded PostgreSQL. */
  readonly databaseUrl?: string;
  readonly temporal: {
    /** Left out: the embedded dev server. */
    readonly address?: string;
    readonly namespace: string;
    readonly apiKey?: string;
    readonly tls?: {
      readonly serverCaPath?: string;
      readonly clientCertPath?: string;
      readonly clientKeyPath?: string;
      readonly serverName?: string;
    };
    readonly cliPath?: string;
  };
  /** One per worktree volume. */
  readonly hostId: string;
  /** Agents at once on this host; `none` does not count. */
  readonly maxAgents: number;
  readonly sandbox: 'auto' | 'required' | 'off';
  readonly welcome: boolean;
  readonly logLevel: LogLevel;
  /** The person's environment as it was found, for programs that act in their name: git towards a source, the parts that `npm start` starts. */
  readonly environment: Environment;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration of this process. Throws `wrong-setting` naming the variable. */
export function readConfig(): Config {
  return toConfig(process.env, { isRoot: userInfo().uid === 0, userHome: userInfo().homedir, hostName: hostname() });
}

/** What the machine says, for the defaults. */
export interface Machine {
  readonly isRoot: boolean;
  readonly userHome: string;
  readonly hostName: string;
}

export function toConfig(env: Environment, machine: Machine): Config {
  const home = resolve(text(env, 'PERENNIAL_HOME') ?? (machine.isRoot ? '/var/lib/perennial' : join(machine.userHome, '.perennial')));
  const cache = machine.isRoot ? '/var/cache/perennial' : join(machine.userHome, '.cache', 'perennial');
  return {
    home,
    reposDir: resolve(text(env, 'PERENNIAL_REPOS_DIR') ?? join(home, 'repos')),
    worktreesDir: resolve(text(env, 'PERENNIAL_WORKTREES_DIR') ?? join(home, 'worktrees')),
    logsDir: resolve(text(env, 'PERENNIAL_LOGS_DIR') ?? join(home, 'logs')),
    cacheDir: resolve(text(env, 'PERENNIAL_CACHE_DIR') ?? cache),
    http: httpConfig(env),
    ...optional('databaseUrl', text(env, 'DATABASE_URL')),
    temporal: temporalConfig(env),
    hostId: text(env, 'PERENNIAL_HOST_ID') ?? machine.hostName,
    maxAgents: integer(env, 'PERENNIAL_MAX_AGENTS', { least: 1, most: 1_000 }) ?? 4,
    sandbox: oneOf(env, 'PERENNIAL_SANDBOX', ['auto', 'required', 'off']) ?? 'auto',
    welcome: (oneOf(env, 'PERENNIAL_WELCOME', ['on', 'off']) ?? 'on') === 'on',
    logLevel: oneOf(env, 'PERENNIAL_LOG_LEVEL', LOG_LEVELS) ?? 'info',
    environment: env,
  };
}

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

function httpConfig(env: Environment): Config['http'] {
  const host = text(env, 'PERENNIAL_HTTP_HOST') ?? '127.0.0.1';
  const publicUrl = webAddress(env, 'PERENNIAL_PUBLIC_URL');
  if (!LOOPBACK.test(host) && !publicUrl) {
    throw wrongSetting('PERENNIAL_HTTP_HOST', host, 'a loopback address (127.0.0.1), or PERENNIAL_PUBLIC_URL set too');
  }
  return { host, port: integer(env, 'PERENNIAL_HTTP_PORT', { least: 0, most: 65_535 }) ?? 7700, ...optional('publicUrl', publicUrl) };
}

function temporalConfig(env: Environment): Config['temporal'] {
  return {
    ...optional('address', text(env, 'TEMPORAL_ADDRESS')),
    namespace: text(env, 'TEMPORAL_NAMESPACE') ?? 'perennial',
    ...optional('apiKey', text(env, 'TEMPORAL_API_KEY')),
    ...optional('tls', tlsConfig(env)),
    ...optional('cliPath', text(env, 'TEMPORAL_CLI_PATH')),
  };
}

/** Any of its settings turns TLS on, or TEMPORAL_TLS alone; `false` turns it off whatever the others say. */
function tlsConfig(env: Environment): Config['temporal']['tls'] {
  const tls = {
    ...optional('serverCaPath', text(env, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH')),
    ...optional('clientCertPath', text(env, 'TEMPORAL_TLS_CLIENT_CERT_PATH')),
    ...optional('clientKeyPath', text(env, 'TEMPORAL_TLS_CLIENT_KEY_PATH')),
    ...optional('serverName', text(env, 'TEMPORAL_TLS_SERVER_NAME')),
  };
  const isOn = oneOf(env, 'TEMPORAL_TLS', ['true', 'false']) ?? String(Object.keys(tls).length > 0);
  if (isOn === 'false') return undefined;
  if (tls.clientCertPath && !tls.clientKeyPath) throw missing('TEMPORAL_TLS_CLIENT_KEY_PATH', 'the key of TEMPORAL_TLS_CLIENT_CERT_PATH');
  if (tls.clientKeyPath && !tls.clientCertPath)
    throw missing('TEMPORAL_TLS_CLIENT_CERT_PATH', 'the certificate of TEMPORAL_TLS_CLIENT_KEY_PATH');
  return tls;
}

/** Unset and empty are the same. */
function text(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function integer(env: Environment, name: string, { least, most }: { least: number; most: number }): number | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw wrongSetting(name, value, `a whole number from ${least} to ${most}`);
  return number;
}

function oneOf<const T extends string>(env: Environment, name: string, values: readonly T[]): T | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const found = values.find((known) => known === value);
  if (!found) throw wrongSetting(name, value, `one of ${values.join(', ')}`);
  return found;
}

/** An http(s) address without anything after the host. */
function webAddress(env: Environment, name: string): string | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  const isAddress = URL.canParse(value) && /^https?:\/\/[^/?#@]+\/?$/i.test(value);
  if (!isAddress) throw wrongSetting(name, value, 'an address such as https://studio.example.org');
  return new URL(value).origin;
}

function missing(name: string, expected: string): Error {
  return rejected('wrong-setting', `${name} is not set; expected ${expected}`, { name });
}

function wrongSetting(name: string, value: string, expected: string): Error {
  return rejected('wrong-setting', `${name} is "${value}"; expected ${expected}`, { name });
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
