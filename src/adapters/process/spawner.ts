import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProgramCall, ProgramEnd, RunProgram } from './run-program.js';

/** A program to be run, and how it ended, under the number of the call. */
export interface SpawnerRequest {
  readonly id: number;
  readonly call: ProgramCall;
}
export interface SpawnerAnswer {
  readonly id: number;
  readonly end: ProgramEnd;
}

/**
 * Runs programs from a small process beside this one. A fork copies the page tables of its parent: measured, 20 ms in a process of 300 MB, in
 * which it does nothing else, and less than 1 ms in that one. It is started by the first call, started again when it died, and ends with us.
 */
export interface Spawner {
  readonly run: RunProgram;
  close(): void;
}

export function createSpawner(): Spawner {
  let helper: Helper | undefined;
  return {
    run: (call) => {
      if (!helper?.isAlive) helper = new Helper();
      return helper.run(call);
    },
    close: () => helper?.close(),
  };
}

const PROGRAM = fileURLToPath(new URL('./spawner-process.js', import.meta.url));
/** It holds what programs print, and nothing else. */
const NODE_FLAGS = ['--max-semi-space-size=1'];

/** What a program counts as whose end nobody saw: ended by a signal. */
const UNSEEN: ProgramEnd = { stdout: new Uint8Array(), stderr: Buffer.from('the process that ran it is gone') };

class Helper {
  isAlive = true;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (end: ProgramEnd) => void>();
  #calls = 0;

  constructor() {
    this.#child = fork(PROGRAM, {
      serialization: 'advanced',
      execArgv: NODE_FLAGS,
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', ({ id, end }: SpawnerAnswer) => this.#settle(id, end));
    for (const event of ['exit', 'error', 'disconnect']) this.#child.once(event, () => this.#giveUp());
    this.#child.unref();
    this.#child.channel?.unref();
  }

  run(call: ProgramCall): Promise<ProgramEnd> {
    const id = ++this.#calls;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.channel?.ref(); // An answer is waited for: this process may not end before.
      this.#child.send({ id, call } satisfies SpawnerRequest, (error) => error && this.#giveUp());
    });
  }

  close(): void {
    this.isAlive = false;
    if (this.#child.connected) this.#child.disconnect();
  }

  #settle(id: number, end: ProgramEnd): void {
    this.#waiting.get(id)?.(end);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child.channel?.unref();
  }

  #giveUp(): void {
    this.close();
    for (const id of this.#waiting.keys()) this.#settle(id, UNSEEN);
  }
}
