import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import type { PartFiles } from './part-life.js';

/** Makes the home, for its owner alone, and what the supervisor needs in it. */
export function prepareHome({ home, logsDir }: Config): void {
  if (!existsSync(home)) {
    mkdirSync(home, { recursive: true });
    chmodSync(home, 0o700);
  }
  mkdirSync(join(home, 'run'), { recursive: true });
  mkdirSync(logsDir, { recursive: true, mode: 0o700 });
}

export const pidFileOf = (home: string, name: string): string => join(home, 'run', `${name}.pid`);

export const filesOf = ({ home, logsDir }: Config, name: string): PartFiles => ({
  logFile: join(logsDir, `${name}.log`),
  pidFile: pidFileOf(home, name),
});
