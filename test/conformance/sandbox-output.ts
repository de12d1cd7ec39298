import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { markedProcesses } from '../../src/adapters/process/marked-processes.js';
import { exited } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

export function outputTests(bench: BenchOf): void {
  test('both outputs come as one, in the order in which they were written', async () => {
    const { text } = await bench().run('for n in 1 2 3 4 5; do echo out $n; echo err $n >&2; done');
    expect(text).toBe([1, 2, 3, 4, 5].map((n) => `out ${n}\nerr ${n}\n`).join(''));
  });

  test('the outputs can be opened by name', async () => {
    const { end, text } = await bench().run('echo out > /dev/stdout && echo err > /dev/stderr');
    expect({ end, text }).toEqual({ end: exited(0), text: 'out\nerr\n' });
  });

  test('standard input is at its end', async () => {
    expect((await bench().run('cat; echo end')).text).toBe('end\n');
  });

  test('binary output comes byte for byte', async () => {
    const bytes = randomBytes(1_000_000);
    writeFileSync(join(bench().worktree, 'bytes'), bytes);
    const { output } = await bench().run('cat bytes');
    expect(output.equals(bytes)).toBe(true);
  });

  test('a line of 5 MB comes whole', async () => {
    const { text } = await bench().run('head -c 5000000 /dev/zero | tr "\\0" x; echo');
    expect(text.length).toBe(5_000_001);
  });

  test('of a flood of 50 MB nothing is lost, and never more than one chunk is in hand', async () => {
    const flood = { bytes: 0, inHand: 0, mostInHand: 0, largest: 0 };
    const onOutput = async (chunk: Uint8Array) => {
      flood.inHand++;
      flood.mostInHand = Math.max(flood.mostInHand, flood.inHand);
      flood.largest = Math.max(flood.largest, chunk.length);
      await new Promise(setImmediate);
      flood.bytes += chunk.length;
      flood.inHand--;
    };
    const { end } = await bench().run('head -c 50000000 /dev/zero', { onOutput });
    expect({ end, bytes: flood.bytes, mostInHand: flood.mostInHand }).toEqual({ end: exited(0), bytes: 50_000_000, mostInHand: 1 });
    expect(flood.largest).toBeLessThanOrEqual(2 ** 20);
  });

  test('what was written right before the end is there, also when it is taken slowly', async () => {
    const taken: string[] = [];
    const onOutput = async (chunk: Uint8Array) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      taken.push(Buffer.from(chunk).toString());
    };
    await bench().run('echo first; sleep 0.1; echo second; sleep 0.1; head -c 60000 /dev/zero | tr "\\0" x', { onOutput });
    expect(taken.join('').length).toBe(60_013);
  });

  test('when the output cannot be taken the command is ended, and the reason is thrown', async () => {
    const onOutput = async () => {
      throw new RangeError('the disk is full');
    };
    await expect(bench().run('yes', { onOutput })).rejects.toThrow('the disk is full');
    expect(markedProcesses(bench().mark)).toEqual([]);
  });
}
