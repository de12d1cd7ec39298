import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the parts of a running studio listen; written by the supervisor while it runs. */
export interface Ports {
  readonly http?: number;
  readonly postgres?: number;
  readonly temporal?: number;
  readonly temporalUi?: number;
}

export const portsPath = (home: string): string => join(home, 'run', 'ports.json');

/** Undefined when no supervisor runs in this home. */
export async function readPorts(home: string): Promise<Ports | undefined> {
  try {
    return JSON.parse(await readFile(portsPath(home), 'utf8')) as Ports;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
