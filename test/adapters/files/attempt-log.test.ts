import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAttemptLog } from '../../../src/adapters/files/attempt-log.js';

const ATTEMPT = { workflowId: 'wf', taskId: 'build', attempt: 1 };
const SMALL = { headBytes: 100, tailBytes: 80 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const small = () => createAttemptLog(folder, SMALL);
const files = () => readdirSync(join(folder, 'wf')).sort();

async function write(log = small(), epoch = 1, ...chunks: string[]): Promise<void> {
  const writer = await log.open(ATTEMPT, epoch);
  for (const chunk of chunks) await writer.write(Buffer.from(chunk));
  await writer.close();
}

async function read(log = small(), tailBytes?: number): Promise<string | undefined> {
  const bytes = await log.read(ATTEMPT, tailBytes);
  return bytes && Buffer.from(bytes).toString();
}

/** `n` numbered lines of ten bytes. */
const lines = (n: number, from = 0): string =>
  Array.from({ length: n }, (_, index) => `line ${String(from + index).padStart(4, '0')}\n`).join('');

describe('the output of an attempt', () => {
  test('is undefined before its first byte', async () => {
    expect(await read()).toBeUndefined();
    await write();
    expect(await read()).toBeUndefined();
  });

  test('is in one file of its name, byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const log = createAttemptLog(folder);
    const writer = await log.open(ATTEMPT, 1);
    await writer.write(bytes);
    await writer.close();
    expect(readFileSync(join(folder, 'wf', 'build.1.log')).equals(bytes)).toBe(true);
    expect(Buffer.from((await log.read(ATTEMPT)) ?? []).equals(bytes)).toBe(true);
  });

  test('can be read while it is written', async () => {
    const writer = await small().open(ATTEMPT, 1);
    await writer.write(Buffer.from('so far'));
    expect(await read()).toBe('so far');
    await writer.close();
  });

  test('keeps the order of writes that nobody awaits', async () => {
    const log = createAttemptLog(folder);
    const writer = await log.open(ATTEMPT, 1);
    await Promise.all(Array.from({ length: 50 }, (_, n) => writer.write(Buffer.from(lines(1, n)))));
    await writer.close();
    expect(await read(log)).toBe(lines(50));
  });

  test('of one attempt is not that of another', async () => {
    await write(small(), 1, 'first');
    expect(await small().read({ ...ATTEMPT, attempt: 2 })).toBeUndefined();
    expect(await small().read({ ...ATTEMPT, taskId: 'buil' })).toBeUndefined();
  });

  test('cannot be asked for outside of its folder', async () => {
    await expect(small().read({ ...ATTEMPT, workflowId: '..' })).rejects.toMatchObject({ code: 'bug' });
    await expect(small().read({ ...ATTEMPT, taskId: '../../x' })).rejects.toMatchObject({ code: 'bug' });
  });
});

describe('huge output', () => {
  test('keeps its head and its tail, and says how much is missing', async () => {
    await write(small(), 1, ...Array.from({ length: 100 }, (_, n) => lines(1, n)));
    const [head, tail] = ((await read()) as string).split(/\n… \d+ bytes left out …\n/);
    expect(head).toBe(lines(10));
    expect(tail?.length).toBeGreaterThanOrEqual(SMALL.tailBytes);
    expect(lines(100).endsWith(tail as string)).toBe(true);
    expect(await read()).toContain(`… ${1_000 - 100 - (tail as string).length} bytes left out …`);
  });

  test('is bounded on disk, however much it is and however it comes', async () => {
    for (const [count, chunk] of [
      [100, lines(1)],
      [30, lines(7)],
      [3, lines(100)],
    ] as const)
      await write(small(), 1, ...Array.from({ length: count }, () => chunk));
    const sizes = files().map((name) => statSync(join(folder, 'wf', name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(SMALL.headBytes + SMALL.tailBytes * 1.25);
  });

  test('that just fits is whole', async () => {
    await write(small(), 1, lines(18));
    expect(await read()).toBe(lines(18));
  });

  test('goes on where it was when it is opened again', async () => {
    await write(small(), 1, lines(60));
    await write(small(), 1, lines(40, 60));
    const whole = (await read()) as string;
    expect(lines(100).endsWith(whole.split(/left out …\n/)[1] as string)).toBe(true);
    const { 1: missing } = /… (\d+) bytes/.exec(whole) ?? [];
    expect(Number(missing) + whole.replace(/\n… .* …\n/, '').length).toBe(1_000);
  });

  test('can be read by others while pieces of it go', async () => {
    const writer = await small().open(ATTEMPT, 1);
    let isWriting = true;
    const writing = (async () => {
      for (let n = 0; n < 3_000; n++) await writer.write(Buffer.from(lines(1, n)));
      isWriting = false;
    })();
    while (isWriting) expect(await read()).toMatch(/^(line \d{4}\n)*(\n… \d+ bytes left out …\n(line \d{4}\n)*)*$/);
    await writing;
    await writer.close();
  });
});

describe('the end of the output', () => {
  test.each([0, 1, 5, 80, 100, 10_000])('%i bytes are the last of all that is shown', async (tailBytes) => {
    await write(small(), 1, lines(50));
    const whole = (await read()) as string;
    const bytes = Buffer.from((await small().read(ATTEMPT, tailBytes)) as Uint8Array);
    expect(bytes.equals(Buffer.from(whole).subarray(Math.max(0, Buffer.byteLength(whole) - tailBytes)))).toBe(true);
  });
});

describe('a second life of the attempt', () => {
  test('goes on below a line that says where the first was cut off', async () => {
    await write(small(), 1, 'half a li');
    await write(small(), 2, 'again\n');
    expect(await read()).toBe('half a li\n… the output was cut off here; it goes on under epoch 2 …\nagain\n');
  });

  test('adds no empty line to a whole one, and no marker to nothing', async () => {
    await write(small(), 2, 'line\n');
    expect(await read()).toBe('line\n');
    await write(small(), 3, 'more\n');
    expect(await read()).toBe('line\n… the output was cut off here; it goes on under epoch 3 …\nmore\n');
  });

  test('finds what a killed writer had written', async () => {
    const script = `const { createAttemptLog } = await import('${new URL('../../../src/adapters/files/attempt-log.ts', import.meta.url)}');
      const writer = await createAttemptLog(${JSON.stringify(folder)}).open(${JSON.stringify(ATTEMPT)}, 1);
      for (let n = 0; ; n++) { await writer.write(Buffer.from(n + '\\n')); if (n === 100) console.log('ready'); }`;
    const loader = new URL('../../support/typescript.mjs', import.meta.url).href;
    const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const text = (await read(createAttemptLog(folder))) as string;
    const numbers = text.split('\n');
    expect(numbers.slice(0, 101)).toEqual(Array.from({ length: 101 }, (_, n) => String(n)));
  }, 20_000);
});
