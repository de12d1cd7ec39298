import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Ports, portsPath } from '../adapters/files/ports-file.js';
import { replaceFile } from '../adapters/files/replace-file.js';
import { rejected } from '../domain/errors.js';
import { freePort, isFree } from './ports.js';

export interface InnerPorts {
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
}

/** Kept over a stop, so that the addresses of last time (a bookmark of Temporal's UI, a psql history) go on working where they can. */
const remembered = (home: string): string => join(home, 'inner-ports.json');

/** The ports of last time where they are free, else other free ones. */
export async function chooseInnerPorts(home: string): Promise<InnerPorts> {
  const last = lastPorts(home);
  const taken = new Set<number>();
  const choose = async (wanted?: number): Promise<number> => {
    const port = await freePort(wanted);
    if (taken.has(port)) return choose();
    taken.add(port);
    return port;
  };
  const ports = { postgres: await choose(last.postgres), temporal: await choose(last.temporal), temporalUi: await choose(last.temporalUi) };
  replaceFile(remembered(home), JSON.stringify(ports));
  return ports;
}

/** Throws `port-taken`. Port 0 is always free. */
export async function assertHttpPortFree({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  if (port === 0 || (await isFree(port, host))) return;
  throw rejected(
    'port-taken',
    `port ${port} on ${host} is taken by another program; stop it or set PERENNIAL_HTTP_PORT (0 = any free port)`,
    { port },
  );
}

/** Tells other programs of this home where the parts are. There while the supervisor runs. */
export function publishPorts(home: string, ports: Ports): void {
  replaceFile(portsPath(home), `${JSON.stringify(ports)}\n`);
}

export function withdrawPorts(home: string): void {
  rmSync(portsPath(home), { force: true });
}

function lastPorts(home: string): Partial<InnerPorts> {
  try {
    return JSON.parse(readFileSync(remembered(home), 'utf8')) as Partial<InnerPorts>;
  } catch {
    // A first start, or a file that a full disk cut off: any ports do.
    return {};
  }
}
