import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exited } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

export function endingTests(bench: BenchOf): void {
  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['no-such-program', 127],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
    ['kill -SEGV $$', 139],
    ["node -e 'process.kill(process.pid, `SIGTERM`); setInterval(() => {}, 1000)'", 143],
  ])('`%s` ends with %i', async (command, exitCode) => {
    expect((await bench().run(command)).end).toEqual(exited(exitCode));
  });

  test('commands run in the root of the worktree, and what they write is there', async () => {
    const { text } = await bench().run('pwd; echo x > made');
    expect(text).toBe(`${bench().worktree}\n`);
    expect(existsSync(join(bench().worktree, 'made'))).toBe(true);
  });

  test('a command that takes too long is asked to end, and may say goodbye', async () => {
    const { end, text } = await bench().run('trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done', { timeoutMs: 500 });
    expect(end).toEqual({ kind: 'timed-out' });
    expect(text).toMatch(/^ready\n(.*\n)*bye\n$/);
  });

  test('a command that takes too long and does not listen is killed', async () => {
    const { end } = await bench().run('trap "" TERM; while :; do sleep 0.05; done', { timeoutMs: 200 });
    expect(end).toEqual({ kind: 'timed-out' });
  });

  test('a request to end reaches grandchildren', async () => {
    const grandchild = 'trap "echo grandchild; exit" TERM; echo ready; while :; do sleep 0.05; done';
    const { text } = await bench().run(`trap : TERM; sh -c '${grandchild}'; echo over`, { timeoutMs: 500 });
    expect(text).toMatch(/^ready\n(.*\n)*grandchild\nover\n$/);
  });

  test('an aborted command ends as cancelled', async () => {
    const abort = new AbortController();
    const onOutput = async () => abort.abort();
    const { end } = await bench().run('echo ready; sleep 60', { signal: abort.signal, onOutput });
    expect(end).toEqual({ kind: 'cancelled' });
  });

  test('a command that was aborted before does not start', async () => {
    const { end } = await bench().run('echo x > made', { signal: AbortSignal.abort() });
    expect(end).toEqual({ kind: 'cancelled' });
    expect(existsSync(join(bench().worktree, 'made'))).toBe(false);
  });

  test('a command aborted while it starts ends as cancelled, at whatever moment that is', async () => {
    const ends = Array.from({ length: 12 }, (_, afterMs) => bench().run('sleep 60', { signal: AbortSignal.timeout(afterMs * 3) }));
    for (const { end } of await Promise.all(ends)) expect(end).toEqual({ kind: 'cancelled' });
  });

  test('a worktree that is not there is a broken sandbox', async () => {
    await expect(bench().run('true', { worktree: join(bench().folder, 'missing') })).rejects.toMatchObject({ code: 'sandbox-broken' });
  });

  test('a command too large for the system is refused', async () => {
    const env = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`LONG_${n}`, 'x'.repeat(100_000)]));
    await expect(bench().run('true', { env })).rejects.toMatchObject({ code: 'command-too-large' });
  });
}
