import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { markedProcesses } from '../../../src/adapters/process/marked-processes.js';
import { childrenOf, type ProcessStat, parseStat, readStat } from '../../../src/adapters/process/proc-stat.js';
import { createProcessTable } from '../../../src/adapters/process/process-table.js';
import type { ProcessRef } from '../../../src/ports/agent-run-repository.js';

const table = createProcessTable();
const children: ChildProcess[] = [];
let mark: string;

beforeEach(() => {
  mark = `test-${randomBytes(6).toString('hex')}`;
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await table.killMarked(mark);
});

/** A marked shell that has said "ready". */
async function start(script: string): Promise<ProcessRef> {
  const child = spawn('sh', ['-c', `${script}`], {
    env: { PATH: process.env.PATH, PERENNIAL_RUN: mark },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return readStat(child.pid as number) as ProcessRef;
}

const SLEEPER = 'echo ready; exec sleep 1000';

describe('a process', () => {
  test('is alive with its own start time only', async () => {
    const sleeper = await start(SLEEPER);
    expect(await table.isAlive(sleeper)).toBe(true);
    expect(await table.isAlive({ ...sleeper, startTime: '1' })).toBe(false);
  });

  test('that this is, is alive', async () => {
    const self = await table.self();
    expect(self.pid).toBe(process.pid);
    expect(await table.isAlive(self)).toBe(true);
  });

  test('is gone when kill returns, although it does not listen', async () => {
    const deaf = await start('trap "" TERM; echo ready; while :; do sleep 0.05; done');
    await table.kill(deaf);
    expect(await table.isAlive(deaf)).toBe(false);
  });

  test('that has taken over a pid is not killed', async () => {
    const sleeper = await start(SLEEPER);
    await table.kill({ ...sleeper, startTime: '1' });
    expect(await table.isAlive(sleeper)).toBe(true);
  });

  test('that nobody has waited for counts as gone', async () => {
    const parent = await start('sleep 0 & echo ready; exec sleep 1000');
    const [pid] = childrenOf(parent.pid);
    const zombie = await untilZombie(pid as number);
    expect(await table.isAlive(zombie)).toBe(false);
    await table.kill(zombie);
    expect(readStat(zombie.pid)).toMatchObject({ isZombie: true });
  });

  test('that never was can be killed', async () => {
    await expect(table.kill({ pid: 4_194_303, startTime: '1' })).resolves.toBeUndefined();
  });
});

describe('a command name with blanks, parentheses and line ends', () => {
  test('does not shift the fields after it', () => {
    const fields = ['S', 7, 8, 9, ...Array.from({ length: 15 }, (_, n) => n), 4711, 0];
    expect(parseStat(12, `12 (a) b (\n) S 1) ${fields.join(' ')}`)).toEqual({
      pid: 12,
      startTime: '4711',
      parent: 7,
      group: 8,
      session: 9,
      isZombie: false,
    });
  });

  test('is no obstacle for a real one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perennial-odd-'));
    const odd = join(folder, 'a) S (b');
    copyFileSync('/bin/sleep', odd);
    chmodSync(odd, 0o755);
    const sleeper = await start(`echo ready; exec "${odd}" 1000`);
    expect(readStat(sleeper.pid)).toMatchObject({ parent: process.pid, startTime: sleeper.startTime, isZombie: false });
    rmSync(folder, { recursive: true });
  });
});

describe('processes with a mark', () => {
  test('are all ended, children and daemons too', async () => {
    await start('setsid sleep 1000 & (setsid sh -c "sleep 1000 & sleep 1000 & wait" &) ; sleep 1000 & sleep 0.05; echo ready; wait');
    expect(markedProcesses(mark).length).toBeGreaterThan(3);
    expect(await table.killMarked(mark)).toBeGreaterThan(3);
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('are told from those whose mark only begins or ends alike', async () => {
    const sleeper = await start(SLEEPER);
    for (const other of [mark.slice(0, -1), mark.slice(1), `${mark}1`, '']) expect(await table.killMarked(other)).toBe(0);
    expect(await table.isAlive(sleeper)).toBe(true);
  });

  test('are ended while they start others as fast as they can', async () => {
    await start('storm() { while :; do (sleep 1000 &) ; done; }; storm & storm & echo ready; sleep 0.2; wait');
    expect(await table.killMarked(mark)).toBeGreaterThan(2);
    expect(markedProcesses(mark)).toEqual([]);
  }, 30_000);

  test('are ended by two who do it at once', async () => {
    await start('for n in 1 2 3 4 5; do sleep 1000 & done; echo ready; wait');
    await Promise.all([table.killMarked(mark), table.killMarked(mark)]);
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('do not include whoever ends them', async () => {
    const script = `const { createProcessTable } = await import('${new URL('../../../src/adapters/process/process-table.ts', import.meta.url)}');
      console.log(await createProcessTable().killMarked('${mark}'));`;
    const loader = new URL('../../support/typescript.mjs', import.meta.url).href;
    const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
      env: { PATH: process.env.PATH, PERENNIAL_RUN: mark },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(said[0])).toBe('0\n');
  }, 20_000);
});

async function untilZombie(pid: number): Promise<ProcessStat> {
  for (let stat = readStat(pid); stat; stat = readStat(pid)) {
    if (stat.isZombie) return stat;
    await new Promise(setImmediate);
  }
  throw new Error(`process ${pid} was waited for`);
}
