import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { markedProcesses } from '../../src/adapters/process/marked-processes.js';
import { createProcessTable } from '../../src/adapters/process/process-table.js';
import type { Isolation } from '../../src/ports/agent-run-repository.js';
import { eventually, processesSaying, type SandboxBench, unusualSeconds } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

const LOADER = fileURLToPath(new URL('../support/typescript.mjs', import.meta.url));
const CALLER = fileURLToPath(new URL('./sandbox-caller.ts', import.meta.url));
const MARK = 'wf.caller.1.1';

/** What happens to a command when the process that runs it is killed, or was started oddly. */
export function callerTests(bench: BenchOf, { by, processes }: Isolation): void {
  const start = (command: string, folder?: number) => startCaller(bench(), [by, bench().worktree, MARK, command], folder);

  test('open files that we were started with are not handed down', async () => {
    const folder = openSync('/', 'r');
    const caller = start('readlink /proc/self/fd/9; ls /proc/self/fd/9/etc', folder);
    closeSync(folder);
    expect(await sayings(caller)).toMatch(/starting\n(\/dev\/null\n)?ls: cannot access/);
  }, 20_000);

  if (!processes) {
    test('a command whose caller was killed is found by its mark', async () => {
      const seconds = unusualSeconds();
      await killWhenSaid(start(`(setsid sleep ${seconds} &) ; echo ready; sleep ${seconds}`), 'ready');
      await createProcessTable().killMarked(MARK);
      expect(processesSaying(seconds)).toEqual([]);
    }, 20_000);
    return;
  }

  test('a command dies with the process that runs it, daemons too', async () => {
    const seconds = unusualSeconds();
    await killWhenSaid(start(`(env -i setsid sleep ${seconds} &) ; echo ready; sleep ${seconds}`), 'ready');
    await eventually(() => processesSaying(seconds).length === 0);
  }, 20_000);

  test('a command dies with the process that runs it, at whatever moment of its start that is', async () => {
    for (let round = 0; round < 5; round++) {
      const seconds = unusualSeconds();
      await killWhenSaid(start(`sleep ${seconds}`), 'starting', randomInt(40));
      await eventually(() => markedProcesses(MARK).length + processesSaying(seconds).length === 0);
    }
  }, 60_000);
}

/** Its temporary files go with the bench: it is killed before it can remove them. */
function startCaller(bench: SandboxBench, args: readonly string[], folder?: number): ChildProcess {
  const gap = Array.from({ length: 6 }, () => 'ignore' as const);
  const extra = folder === undefined ? [] : [...gap, folder];
  return spawn(process.execPath, ['--import', LOADER, CALLER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', ...extra],
    env: { ...process.env, TMPDIR: bench.makeFolder('tmp') },
  });
}

async function sayings(caller: ChildProcess): Promise<string> {
  let said = '';
  caller.stdout?.on('data', (chunk: Uint8Array) => {
    said += Buffer.from(chunk).toString();
  });
  await once(caller, 'close');
  return said;
}

async function killWhenSaid(caller: ChildProcess, word: string, afterMs = 0): Promise<void> {
  let said = '';
  for await (const chunk of caller.stdout ?? []) {
    said += String(chunk);
    if (said.includes(`${word}\n`)) break;
  }
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  caller.kill('SIGKILL');
  if (caller.signalCode === null && caller.exitCode === null) await once(caller, 'exit');
}
