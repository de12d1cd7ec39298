import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { childrenOf } from '../../../src/adapters/process/proc-stat.js';
import type { ProgramCall } from '../../../src/adapters/process/run-program.js';
import type { Spawner } from '../../../src/adapters/process/spawner.js';
import { waitUntil } from '../../../src/supervisor/bounded-wait.js';

/** As built: its helper is a program of its own. */
const BUILT = new URL('../../../dist/src/adapters/process/spawner.js', import.meta.url).pathname;

const shell = (script: string, more: Partial<ProgramCall> = {}): ProgramCall => ({
  file: '/bin/sh',
  args: ['-c', script],
  env: { GIVEN: 'given' },
  cwd: '/',
  input: new Uint8Array(),
  ...more,
});
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

let spawner: Spawner;
beforeEach(async () => {
  const { createSpawner } = (await import(BUILT)) as { createSpawner: () => Spawner };
  spawner = createSpawner();
});
afterEach(() => spawner.close());

/** The process that runs the programs, told by one of them. */
const helperPid = async (): Promise<number> => Number(text((await spawner.run(shell('echo $PPID'))).stdout));

test('a program gets its input, folder and environment, and nothing else; its output and exit code come back', async () => {
  const end = await spawner.run(
    shell('cat; pwd; env | grep -v -e ^PWD -e ^_= -e ^SHLVL; echo oops >&2; exit 3', { input: Buffer.from('in\n'), cwd: '/usr' }),
  );
  expect({ ...end, stdout: text(end.stdout), stderr: text(end.stderr) }).toEqual({
    exitCode: 3,
    stdout: 'in\n/usr\nGIVEN=given\n',
    stderr: 'oops\n',
  });
});

test('answers of programs that run at once are not mixed up', async () => {
  const ends = await Promise.all([3, 1, 2].map((n) => spawner.run(shell(`sleep 0.${n}; echo ${n}`))));
  expect(ends.map(({ stdout }) => text(stdout).trim())).toEqual(['3', '1', '2']);
});

test('a program that is not there has no exit code', async () => {
  expect((await spawner.run(shell('', { file: '/no/such/program' }))).exitCode).toBeUndefined();
});

test('when the helper is killed, what ran in it counts as ended by a signal, and the next call starts another', async () => {
  const pid = await helperPid();
  const cutOff = spawner.run(shell('kill -9 $PPID; echo late'));
  expect((await cutOff).exitCode).toBeUndefined();
  expect(await helperPid()).not.toBe(pid);
});

test('the helper runs outside of this process, and ends when it is closed', async () => {
  const pid = await helperPid();
  expect(childrenOf(process.pid)).toContain(pid);
  spawner.close();
  expect(await waitUntil(() => !readdirSync('/proc').includes(String(pid)), { forMs: 10_000 })).toBe(true);
});
