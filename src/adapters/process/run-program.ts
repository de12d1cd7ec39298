import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A program with its whole environment; nothing of ours is added to it. */
export interface ProgramCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Standard input: these bytes, or that file. */
  readonly input: Uint8Array | { readonly file: string };
  /** SIGTERM after that. */
  readonly timeoutMs?: number;
}

export interface ProgramEnd {
  /** Left out when it could not be started, was ended by a signal, or wrote without end. */
  readonly exitCode?: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Runs a program to its end. Never rejects: what went wrong is in the answer. */
export type RunProgram = (call: ProgramCall) => Promise<ProgramEnd>;

/** Output beyond this is no answer that anybody asks for. */
const MAX_OUTPUT_BYTES = 500_000_000;

/** In this process. */
export const runProgram: RunProgram = async (call) => {
  const started = tryToStart(call);
  if ('stderr' in started) return started;
  const { child } = started;
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
  if (child.stdin) feed(child.stdin, call.input as Uint8Array);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ stdout: new Uint8Array(), stderr: Buffer.from(error.message) }));
    child.once('close', (exitCode) => resolve({ ...(exitCode !== null && { exitCode }), stdout: stdout(), stderr: stderr() }));
  });
};

/** A file that cannot be opened is found here and now, not by an event. */
function tryToStart(call: ProgramCall): { child: ChildProcess } | ProgramEnd {
  try {
    return { child: start(call) };
  } catch (error) {
    return { stdout: new Uint8Array(), stderr: Buffer.from(String(error)) };
  }
}

function start({ file, args, env, cwd, input, timeoutMs }: ProgramCall): ChildProcess {
  const inputFile = 'file' in input ? openSync(input.file, 'r') : undefined;
  try {
    return spawn(file, args, {
      env,
      cwd,
      stdio: [inputFile ?? 'pipe', 'pipe', 'pipe'],
      ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    });
  } finally {
    if (inputFile !== undefined) closeSync(inputFile);
  }
}

/** A program may end without having read what it was given. */
function feed(stdin: NodeJS.WritableStream, input: Uint8Array): void {
  stdin.on('error', () => undefined);
  stdin.end(input);
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  child[name]?.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
  });
  return () => Buffer.concat(chunks);
}
