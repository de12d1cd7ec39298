import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isRunning } from '../../src/adapters/process/end-processes.js';
import { readStat } from '../../src/adapters/process/proc-stat.js';
import { spareFile } from '../../src/supervisor/part.js';
import { eventually, PartBench } from './support/parts.js';

/** Ready at once; as a spare, when it is told to take over. */
const LIVES = `
  setInterval(() => {}, 1000);
  const ready = () => process.send(process.pid);
  if (process.argv.includes('spare')) process.once('message', ready); else ready();`;
const WITH_SPARE = { spare: { args: ['spare'], takeOver: 'go' } };

let bench: PartBench;
beforeEach(() => {
  bench = new PartBench();
});
afterEach(() => bench.close());

const sparePid = async (): Promise<number> => {
  await eventually(() => existsSync(spareFile(bench.files.pidFile)), 'there is a spare');
  return Number(readFileSync(spareFile(bench.files.pidFile), 'utf8').split(' ')[0]);
};

test('a spare takes the place of a part that died, under its pid file, and gets a spare of its own', async () => {
  const first = Number(await bench.part(LIVES, WITH_SPARE).start());
  const spare = await sparePid();
  process.kill(first, 'SIGKILL');
  await eventually(() => bench.ready.length === 2, 'the part is ready again');
  expect(bench.ready[1]).toBe(String(spare));
  expect(readFileSync(bench.files.pidFile, 'utf8')).toMatch(new RegExp(`^${spare} `));
  expect(await sparePid()).not.toBe(spare);
  expect(bench.deaths).toHaveLength(1);
});

test('a spare that died is no death of the part, and the next life is a new process', async () => {
  const first = Number(await bench.part(LIVES, WITH_SPARE).start());
  const spare = await sparePid();
  process.kill(spare, 'SIGKILL');
  await eventually(() => !existsSync(spareFile(bench.files.pidFile)), 'the spare is gone');
  expect(bench.deaths).toEqual([]);
  process.kill(first, 'SIGKILL');
  await eventually(() => bench.ready.length === 2, 'the part is ready again');
  expect([String(first), String(spare)]).not.toContain(bench.ready[1]);
});

test('a part that is closed takes its spare with it', async () => {
  const part = bench.part(LIVES, WITH_SPARE);
  await part.start();
  const spare = readStat(await sparePid());
  if (!spare) throw new Error('the spare is not there');
  await part.close();
  expect(isRunning(spare)).toBe(false);
  expect(existsSync(spareFile(bench.files.pidFile))).toBe(false);
});
