import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { listPids } from '../../src/adapters/process/proc-stat.js';
import type { CommandEnd, Sandbox, SandboxCommand } from '../../src/ports/sandbox.js';

export interface Ended {
  readonly end: CommandEnd;
  readonly output: Buffer;
  readonly text: string;
}

/** A folder with a worktree, and everything that a test makes beside it. */
export class SandboxBench {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'perennial-bench-')));
  readonly worktree = this.makeFolder('worktree');
  readonly mark = `bench.t.1.${randomInt(1_000_000_000)}`;

  constructor(readonly sandbox: Sandbox) {}

  makeFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  async run(command: string, wanted: Partial<SandboxCommand> = {}): Promise<Ended> {
    const chunks: Uint8Array[] = [];
    const onOutput = async (chunk: Uint8Array) => void chunks.push(chunk);
    const end = await this.sandbox.run({ ...this.command(command), onOutput, ...wanted });
    const output = Buffer.concat(chunks);
    return { end, output, text: output.toString('utf8') };
  }

  command(command: string): SandboxCommand {
    const { worktree, mark } = this;
    const signal = new AbortController().signal;
    return {
      command,
      worktree,
      readable: [],
      env: {},
      network: 'on',
      mark,
      timeoutMs: 60_000,
      signal,
      onOutput: async () => undefined,
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const exited = (exitCode: number): CommandEnd => ({ kind: 'exited', exitCode });

/** Seconds to sleep that no other process sleeps, so that this one is found again whatever it has done to its environment. */
export const unusualSeconds = (): string => `${randomInt(1_000, 9_000)}.${randomInt(100_000, 999_999)}`;

/** Processes whose command line says this. */
export function processesSaying(words: string): number[] {
  return listPids().filter((pid) => pid !== process.pid && commandLine(pid).includes(words));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await condition()).toBe(true);
}
