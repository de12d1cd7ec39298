import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `perennial`. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr has it; rejects when the command ends or 20 s pass without. */
  said(words: string): Promise<void>;
  printed(words: string): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('./perennial.mjs', import.meta.url));
const PATIENCE_MS = 20_000;

/** Runs `perennial` against the studio of a home, to its end. */
export function perennial(home: string, ...args: readonly string[]): Promise<Ended> {
  return start(home, args).ended;
}

export function start(home: string, args: readonly string[], cwd?: string): Running {
  const env = { ...process.env, PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '1' };
  const child = spawn(process.execPath, [ENTRY, ...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout: stdout.text(), stderr: stderr.text() }));
  });
  return { child, ended, said: (words) => heard(stderr, words, ended), printed: (words) => heard(stdout, words, ended) };
}

interface Gathered {
  text(): string;
  onMore(listener: () => void): () => void;
}

function gather(stream: NodeJS.ReadableStream): Gathered {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    text: () => Buffer.concat(chunks).toString('utf8'),
    onMore: (listener) => {
      stream.on('data', listener);
      return () => stream.off('data', listener);
    },
  };
}

function heard(from: Gathered, words: string, ended: Promise<Ended>): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      stopListening();
      settle();
    };
    const look = () => from.text().includes(words) && finish(resolve);
    const miss = () => finish(() => reject(new Error(`never came: ${words}\nbut: ${from.text()}`)));
    const timer = setTimeout(miss, PATIENCE_MS);
    const stopListening = from.onMore(look);
    ended.then(() => (from.text().includes(words) ? finish(resolve) : miss()));
    look();
  });
}
