import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, renameSync } from 'node:fs';
import type { ProcessRef } from '../ports/agent-run-repository.js';
import { waitUntil } from './bounded-wait.js';
import { openPartLog } from './part-log.js';
import type { PartPlan } from './part-plan.js';
import { removePidFile, writeChildPidFile } from './pid-file.js';

export interface PartFiles {
  readonly logFile: string;
  readonly pidFile: string;
}

/** One process of a part, from its start to its end. */
export class PartLife {
  readonly process: ProcessRef | undefined;
  /** How it ended, once it has. */
  readonly ended: Promise<string>;
  /** The last thing it sent. */
  message: unknown;
  /** Whether it has ended. */
  isOver = false;
  readonly #child: ChildProcess;
  #pidFile: string;

  constructor(plan: PartPlan, files: PartFiles) {
    this.#pidFile = files.pidFile;
    this.#child = spawnPart(plan, files.logFile);
    this.#child.on('message', (message) => {
      this.message = message;
    });
    this.process = this.#child.pid === undefined ? undefined : writeChildPidFile(files.pidFile, this.#child.pid);
    this.ended = howItEnds(this.#child).then((how) => {
      this.killGroup();
      removePidFile(this.#pidFile);
      this.isOver = true;
      return how;
    });
  }

  /** From now on it is found by another pid file. */
  renamePidFile(path: string): void {
    if (existsSync(this.#pidFile)) renameSync(this.#pidFile, path);
    this.#pidFile = path;
  }

  /** Nothing happens when it does not hear (any more). */
  send(message: string): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Asks it to end and waits; after `waitMs` the whole process group is killed. */
  async end({ signal, waitMs }: PartPlan['stop']): Promise<void> {
    this.#child.kill(signal);
    if (!(await endsWithin(this.ended, waitMs))) this.killGroup();
    await this.ended;
  }

  /** SIGKILL to whoever is left in the process group, whose id is the child's pid. */
  killGroup(): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL');
  }
}

/** False when nobody is in the group. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pgid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** In a process group of its own (`detached`), so that Ctrl-C in the terminal reaches the supervisor alone. */
function spawnPart(plan: PartPlan, logFile: string): ChildProcess {
  const log = openPartLog(logFile);
  try {
    return spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env(),
      detached: true,
      stdio: plan.sendsMessages ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      ...plan.user,
    });
  } finally {
    closeSync(log);
  }
}

function howItEnds(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function endsWithin(ended: Promise<string>, ms: number): Promise<boolean> {
  let hasEnded = false;
  const noted = ended.then(() => {
    hasEnded = true;
  });
  await Promise.race([noted, waitUntil(() => hasEnded, { forMs: ms })]);
  return hasEnded;
}
