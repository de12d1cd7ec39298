import type { Environment } from '../config.js';

/** Where an embedded server keeps its data and programs, and listens. */
export interface ServerPlace {
  readonly home: string;
  readonly cacheDir: string;
  readonly port: number;
  readonly environment: Environment;
}

const PLAIN = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];

/** The environment of programs that are not ours: no key, token or proxy of the person, and nothing that changes what flags say. */
export function plainEnvironment(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter(([name, value]) => value !== undefined && isPlain(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

const isPlain = (name: string): boolean => PLAIN.includes(name) || name.startsWith('PERENNIAL_');
