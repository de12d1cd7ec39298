import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { unavailable } from '../domain/errors.js';

/**
 * Inner parts listen between these: above what services use by custom, below the range that Linux takes outgoing connections from (32768
 * and up), so that no connection sits on a port between two starts. Temporal on an SQL store keeps ports in a SMALLINT besides.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

export const LOOPBACK = '127.0.0.1';

/** `wanted` if it is free on loopback, else another free one. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) return wanted;
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw unavailable('ports', `no free port was found between ${LOWEST} and ${HIGHEST} on ${LOOPBACK}`);
}

export function isFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
