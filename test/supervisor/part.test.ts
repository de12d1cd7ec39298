import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isRunning } from '../../src/adapters/process/end-processes.js';
import { readStat } from '../../src/adapters/process/proc-stat.js';
import type { PartDeath } from '../../src/supervisor/part-plan.js';
import { eventually, LIVES, PartBench } from './support/parts.js';

let bench: PartBench;
beforeEach(() => {
  bench = new PartBench();
});
afterEach(() => bench.close());

test('a part is ready when it says so, with a pid file that names its process', async () => {
  const pid = await bench.part(LIVES).start();
  const [first, startTime] = readFileSync(bench.files.pidFile, 'utf8').split(' ');
  expect(first).toBe(pid);
  expect(startTime).toBe(readStat(Number(pid))?.startTime);
});

test('a part runs in a process group of its own', async () => {
  const pid = Number(await bench.part(LIVES).start());
  expect(readStat(pid)?.group).toBe(pid);
});

test('a part that was ready is started again at once when it is killed, and its death is told with who died', async () => {
  const first = Number(await bench.part(LIVES).start());
  const died = readStat(first);
  process.kill(first, 'SIGKILL');
  await eventually(() => bench.ready.length === 2, 'the part is ready again');
  expect(bench.ready[1]).not.toBe(String(first));
  expect(bench.deaths).toEqual([expect.objectContaining({ name: 'worker', how: 'SIGKILL', wasReady: true } satisfies Partial<PartDeath>)]);
  expect(bench.deaths[0]?.process).toEqual({ pid: first, startTime: died?.startTime });
});

test('a part that dies five times before it was ready is given up, with the end of its log', async () => {
  const part = bench.part(`console.error('no such table'); process.exit(3);`);
  await expect(part.start()).rejects.toThrow(/Worker died 5 times .*exit code 3.*no such table/s);
  expect(bench.deaths).toHaveLength(5);
  expect(bench.errors).toHaveLength(1);
  expect(existsSync(bench.files.pidFile)).toBe(false);
});

test('deaths before it was ready count in a row: one life that was ready begins a new count', async () => {
  const count = `const fs = require('fs'); const n = fs.existsSync('n') ? fs.readFileSync('n', 'utf8').length + 1 : 1; fs.appendFileSync('n', 'x');`;
  const part = bench.part(`${count} if (n !== 4) process.exit(1); ${LIVES}`);
  process.kill(Number(await part.start()), 'SIGKILL');
  await eventually(() => bench.errors.length === 1, 'the part is given up');
  expect(bench.deaths.map(({ wasReady }) => wasReady)).toEqual([false, false, false, true, false, false, false, false, false]);
});

test('a program that is not there is given up with its name', async () => {
  const part = bench.part('', { command: '/no/such/program', sendsMessages: false });
  await expect(part.start()).rejects.toThrow('/no/such/program');
});

test('a part that is never ready is ended after its time and counts as dead', async () => {
  const part = bench.part('setInterval(() => {}, 1000);', { readyWithinMs: 50 });
  await expect(part.start()).rejects.toThrow(/died 5 times .*SIGKILL/s);
});

test('closing asks politely first', async () => {
  const part = bench.part(`process.on('SIGTERM', () => { require('fs').writeFileSync('asked', ''); process.exit(0); }); ${LIVES}`);
  await part.start();
  await part.close();
  expect(existsSync(join(bench.folder, 'asked'))).toBe(true);
  expect(bench.deaths).toEqual([]);
});

test('a part that ignores the polite signal is killed after the wait, with its whole process group', async () => {
  const child = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);`;
  const part = bench.part(`process.on('SIGTERM', () => {}); ${child} process.send(child.pid); setInterval(() => {}, 1000);`, {
    stop: { signal: 'SIGTERM', waitMs: 100 },
  });
  const grandchild = readStat(Number(await part.start()));
  await part.close();
  await eventually(() => grandchild !== undefined && !isRunning(grandchild), 'the grandchild is gone');
});

test('closing during the wait before the next start ends at once, and the start is told', async () => {
  const part = bench.part('process.exit(1);');
  const started = part.start();
  const outcome = expect(started).rejects.toThrow('was ended');
  await eventually(() => bench.deaths.length === 3, 'the part is between two starts');
  await part.close();
  await outcome;
});
