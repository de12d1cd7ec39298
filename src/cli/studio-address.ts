import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { unavailable } from '../domain/errors.js';

/** Where the studio of this home is asked, and with what. */
export interface StudioAddress {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
}

/** Read anew for each request: a studio that was started again may have another port. Throws `unavailable` when no studio ever ran in this home. */
export async function findStudio(config: Config): Promise<StudioAddress> {
  return { url: urlOf(config, await runningPort(config)), token: await readToken(config) };
}

/** The secret that opens the API. */
export async function readToken({ home }: Pick<Config, 'home'>): Promise<string> {
  const path = join(home, 'token');
  const token = (await readIfThere(path))?.trim();
  if (token) return token;
  throw unavailable('studio', `no studio has run in ${home} (there is no ${path}); \`npm start\` starts one, PERENNIAL_HOME says where`);
}

/** The port that the running supervisor wrote down. */
async function runningPort({ home }: Config): Promise<number | undefined> {
  const text = await readIfThere(join(home, 'run', 'ports.json'));
  const port = text === undefined ? undefined : parsePort(text);
  return Number.isInteger(port) ? (port as number) : undefined;
}

/** A file that is being written counts as none. */
function parsePort(text: string): unknown {
  try {
    return (JSON.parse(text) as { http?: unknown } | null)?.http;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];
const EVERYWHERE = ['0.0.0.0', '::'];

/** The studio answers to loopback names and to its public name only, whatever address it listens at. */
function urlOf({ http }: Config, running: number | undefined): string {
  const port = running ?? http.port;
  if (LOOPBACK.includes(http.host)) return `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${port}`;
  if (EVERYWHERE.includes(http.host) || !http.publicUrl) return `http://127.0.0.1:${port}`;
  return http.publicUrl.replace(/\/+$/, '');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
