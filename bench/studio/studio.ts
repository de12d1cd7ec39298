import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Api } from './api.js';

/** A studio in a home of its own: started as a person does, on free ports, gone without a trace after `close`. */
export class Studio {
  readonly home = makeHome();
  #child: ChildProcess | undefined;
  #api: Api | undefined;

  constructor(private readonly root: string) {}

  get api(): Api {
    if (!this.#api) throw new Error('the studio is not running');
    return this.#api;
  }

  /** Pid of the process that was started. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the studio is not running');
    return this.#child.pid;
  }

  /** Resolves at the ready line, with the milliseconds since the start. */
  async start(command: readonly [string, ...string[]] = [process.execPath, 'scripts/start.mjs']): Promise<number> {
    const startedAt = performance.now();
    const child = spawn(command[0], command.slice(1), { cwd: this.root, env: this.#environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const url = new URL(await readyUrl(child));
    const tookMs = performance.now() - startedAt;
    this.#api = new Api(url.origin, url.searchParams.get('token') ?? this.#read('token'));
    return tookMs;
  }

  /** Ends it as Ctrl-C does, and waits until all is down. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    // npm hands no signal on; and before there is a pid file, there is nobody else to tell.
    process.kill(this.findPid('supervisor') ?? this.pid, 'SIGINT');
    await exit;
    this.#child = undefined;
  }

  async close(): Promise<void> {
    try {
      await this.stop();
    } finally {
      rmSync(this.home, { recursive: true, force: true });
    }
  }

  /** The process of a part, as its pid file says. */
  pidOf(part: string): number {
    const pid = this.findPid(part);
    if (pid === undefined) throw new Error(`the ${part} does not run`);
    return pid;
  }

  findPid(part: string): number | undefined {
    return existsSync(join(this.home, 'run', `${part}.pid`)) ? Number.parseInt(this.#read('run', `${part}.pid`), 10) : undefined;
  }

  get temporalAddress(): string {
    const { temporal } = JSON.parse(this.#read('run', 'ports.json')) as { temporal: number };
    return `127.0.0.1:${temporal}`;
  }

  #read(...path: string[]): string {
    return readFileSync(join(this.home, ...path), 'utf8').trim();
  }

  /** Nothing that is set outside may point it to another studio's database or server. */
  #environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !/^(PERENNIAL_(?!CACHE_DIR)|DATABASE_URL|TEMPORAL_(?!CLI_PATH))/.test(name));
    return { ...Object.fromEntries(own), PERENNIAL_HOME: this.home, PERENNIAL_HTTP_PORT: '0', PERENNIAL_WELCOME: 'off' };
  }
}

/** Others may enter it: the user of the database does, when root starts the studio. */
function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  chmodSync(home, 0o711);
  return home;
}

const LINES_KEPT = 30;

/** The URL of the ready line; what is said after it is read on and dropped, so that the studio never waits for us. */
function readyUrl(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the studio ended before it was ready:\n${lines.join('\n')}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      const [, url] = /Perennial is ready at (\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    });
  });
}
