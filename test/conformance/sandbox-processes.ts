import { expect, test } from '@jest/globals';
import { markedProcesses } from '../../src/adapters/process/marked-processes.js';
import type { Isolation } from '../../src/ports/agent-run-repository.js';
import { eventually, exited, processesSaying, unusualSeconds } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

/** Ways to live on that keep the mark or the process group. */
const DAEMONS = [
  ['a background process that holds the output', (sleep: string) => `${sleep} & echo started`],
  ['nohup', (sleep: string) => `nohup ${sleep} >/dev/null 2>&1 & echo started`],
  ['setsid', (sleep: string) => `setsid ${sleep} >/dev/null 2>&1 & echo started`],
  ['a double fork into a session of its own', (sleep: string) => `(setsid sh -c '(${sleep} &) >/dev/null 2>&1' &); echo started`],
  ['a process that hides in its group', (sleep: string) => `env -i ${sleep} >/dev/null 2>&1 & echo started`],
] as const;

export function processTests(bench: BenchOf, claim: Isolation): void {
  test.each(DAEMONS)('%s does not outlive its command, nor hold it up', async (_, daemon) => {
    const seconds = unusualSeconds();
    const { end, text } = await bench().run(daemon(`sleep ${seconds}`));
    expect({ end, text }).toEqual({ end: exited(0), text: 'started\n' });
    expect(processesSaying(seconds)).toEqual([]);
  });

  test('daemons end with a command that was too slow, also stopped ones and those that do not listen', async () => {
    const seconds = unusualSeconds();
    const command = `trap "" TERM; setsid sh -c 'trap "" TERM; sleep ${seconds}' & sleep ${seconds} & kill -STOP $!; wait`;
    expect((await bench().run(command, { timeoutMs: 300 })).end).toEqual({ kind: 'timed-out' });
    expect(processesSaying(seconds)).toEqual([]);
  });

  test('a command that starts processes without end is ended', async () => {
    const seconds = unusualSeconds();
    const { end } = await bench().run(`while :; do (setsid sleep ${seconds} &) ; done`, {
      timeoutMs: 300,
      onOutput: async () => undefined,
    });
    expect(end).toEqual({ kind: 'timed-out' });
    expect(processesSaying(seconds)).toEqual([]);
  }, 30_000);

  test('every process of a command carries its mark', async () => {
    const seconds = unusualSeconds();
    const abort = new AbortController();
    const marked: boolean[] = [];
    const onOutput = async () => {
      if (abort.signal.aborted) return;
      await eventually(() => processesSaying(`sleep ${seconds}`).some(isMarked));
      marked.push(...processesSaying(`sleep ${seconds}`).map(isMarked));
      abort.abort();
    };
    await bench().run(`(sleep ${seconds} & wait) & sleep 0.01; echo ready; wait`, { mark: 'wf.a.1.1', onOutput, signal: abort.signal });
    expect(marked.length).toBeGreaterThan(0);
    expect(marked).not.toContain(false);
    expect(markedProcesses('wf.a.1.1')).toEqual([]);
  });

  test('eight commands of one agent run at once, and the end of one leaves the others alone', async () => {
    const ends = Array.from({ length: 8 }, (_, n) => bench().run(`sleep 0.${n} & wait; echo ${n}; exit ${n}`));
    const ended = await Promise.all(ends);
    expect(ended.map(({ end }) => end)).toEqual(ended.map((_, n) => exited(n)));
    expect(ended.map(({ text }) => text)).toEqual(ended.map((_, n) => `${n}\n`));
  });

  if (!claim.processes) return;

  test('a daemon that left group, session and environment does not outlive its command', async () => {
    const seconds = unusualSeconds();
    await bench().run(`(env -i setsid sh -c '(sleep ${seconds} &)' &) ; sleep 0.05; (env -i setsid sleep ${seconds} &) ; echo started`);
    expect(processesSaying(seconds)).toEqual([]);
  });

  test('processes of the host can neither be seen nor ended', async () => {
    const { text } = await bench().run(
      `kill -0 ${process.pid} 2>/dev/null || echo none; cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -c ^JEST_WORKER_ID=`,
    );
    expect(text).toBe('none\n0\n');
  });
}

const isMarked = (pid: number): boolean => markedProcesses('wf.a.1.1').some((marked) => marked.pid === pid);
