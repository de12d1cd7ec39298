import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `1.9.1` out of `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. Rejects when it cannot be run or says something else. */
export async function cliVersion(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (!version) throw new RangeError(`it answers --version with "${stdout.trim().slice(0, 100)}"`);
  return version;
}

export function isAtLeast(version: string, oldest: string): boolean {
  const parts = (text: string) => text.split('.').map(Number);
  const wanted = parts(oldest);
  const firstOther = parts(version).findIndex((part, at) => part !== wanted[at]);
  return firstOther === -1 || (parts(version)[firstOther] ?? 0) > (wanted[firstOther] ?? 0);
}
