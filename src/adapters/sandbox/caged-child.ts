import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { rejected } from '../../domain/errors.js';
import type { ProcessRef } from '../../ports/agent-run-repository.js';
import type { SandboxCommand } from '../../ports/sandbox.js';
import { awaitGone, signalProcess } from '../process/end-processes.js';
import { childrenOf, readStat } from '../process/proc-stat.js';
import { brokenSandbox } from './broken-sandbox.js';
import { type Cage, type CommandProcesses, IS_LAUNCHED, NEEDS_NETWORK, type Network } from './cage.js';
import { Handshake } from './handshake.js';
import type { InheritedDescriptors } from './inherited-descriptors.js';
import type { OutputPipe } from './output-pipe.js';
import { settlesWithin } from './settles-within.js';

/** Far above the 20 ms that it takes on a calm machine. */
const LAUNCH_WITHIN_MS = 30_000;
/** What a dead program wrote is read at once; only a process that it left behind could hold it open. */
const LAST_WORDS_MS = 1_000;

/** The process that we start for a command: the outermost of the sandbox, in a session of its own. */
export class CagedChild {
  /** Resolves with its exit code as a shell says it; undefined when it could not be started. */
  readonly exitCode: Promise<number | undefined>;
  private readonly child: ChildProcess;
  private readonly handshake: Handshake;
  private network: Network | undefined;
  private complaint = '';
  private readonly left: ProcessRef[] = [];

  constructor(
    private readonly cage: Cage,
    command: SandboxCommand,
    output: OutputPipe,
    inherited: InheritedDescriptors,
  ) {
    const texts = cage.texts.map(() => 'pipe' as const);
    this.child = spawnCage(cage, command, inherited.cover(['ignore', output.writer, 'pipe', 'pipe', ...texts]));
    output.closeWriter();
    this.exitCode = this.watchExit();
    this.child.stderr?.on('data', (chunk: Uint8Array) => this.hear(chunk));
    this.handshake = new Handshake(this.stream(3));
    for (const [index, text] of cage.texts.entries())
      this.stream(4 + index)
        ?.on('error', ignoreDeadReader)
        .end(text);
  }

  /** Resolves when the command has begun; undefined when it was aborted before. Throws `sandbox-broken`. */
  async launch(signal: AbortSignal): Promise<CommandProcesses | undefined> {
    const over = new AbortController();
    const giveUp = () => this.kill();
    const timer = setTimeout(giveUp, LAUNCH_WITHIN_MS);
    signal.addEventListener('abort', giveUp, { once: true, signal: over.signal });
    if (signal.aborted) giveUp();
    try {
      const processes = await Promise.race([this.untilLaunched(), this.exitCode.then(() => this.fail())]);
      this.handshake.letGo();
      return processes;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  /** With what it has started, as far as that goes: that ends with it, but not at the same moment. */
  kill(): void {
    const isRunning = this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
    if (isRunning) this.left.push(...childrenOf(this.child.pid as number).flatMap((pid) => readStat(pid) ?? []));
    this.child.kill('SIGKILL');
  }

  /** Ends the child, should it live, and what it was given. */
  async close(): Promise<void> {
    this.kill();
    await this.exitCode;
    for (const process of this.left) signalProcess(process, 'SIGKILL');
    for (const process of this.left) await awaitGone(process);
    this.network?.close();
    for (const stream of this.child.stdio ?? []) stream?.destroy();
  }

  /** None where not even a process could be made. */
  private stream(descriptor: number): Duplex | undefined {
    return (this.child.stdio?.[descriptor] as Duplex | null | undefined) ?? undefined;
  }

  private async untilLaunched(): Promise<CommandProcesses> {
    await Promise.all([this.handshake.heard(IS_LAUNCHED), this.untilNetwork()]);
    const stat = readStat(this.child.pid as number);
    return stat ? this.cage.processesOf(stat) : this.fail();
  }

  private async untilNetwork(): Promise<void> {
    if (!this.cage.openNetwork) return;
    await this.handshake.heard(NEEDS_NETWORK);
    this.network = this.cage.openNetwork(this.child.pid as number);
    await this.network.ready;
  }

  private async watchExit(): Promise<number | undefined> {
    try {
      const [code, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
      return code ?? 128 + (signal ? constants.signals[signal] : 0);
    } catch (error) {
      this.complaint = (error as Error).message;
      return undefined;
    }
  }

  private hear(chunk: Uint8Array): void {
    if (this.complaint.length < 2_000) this.complaint += Buffer.from(chunk).toString('utf8');
  }

  /** What the program said may still be on its way when its end is known. */
  private async fail(): Promise<never> {
    const { stderr } = this.child;
    if (stderr && !stderr.closed) await settlesWithin(once(stderr, 'close'), LAST_WORDS_MS);
    throw brokenSandbox(this.cage.name, this.complaint);
  }
}

function spawnCage(cage: Cage, command: SandboxCommand, stdio: StdioOptions): ChildProcess {
  const entries = Object.entries(cage.environment).map(([name, value]) => `${name}=${value}`);
  const [file = 'sh', ...args] = [...cage.argv, 'sh', '-c', cage.launcher, 'sh', ...entries, 'sh', '-c', command.command];
  const options = {
    cwd: command.worktree,
    // Mark and home, so that another command of the same run knows from the first moment that this process is not its own.
    env: { PATH: cage.programPath, LANG: 'C.UTF-8', PERENNIAL_RUN: command.mark, HOME: cage.environment.HOME },
    detached: true,
    stdio,
  };
  try {
    return spawn(file, args, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'E2BIG') throw tooLarge();
    throw brokenSandbox(cage.name, (error as Error).message);
  }
}

function tooLarge(): Error {
  return rejected(
    'command-too-large',
    'the command and its environment are larger than this system lets a program have; put long values into files',
  );
}

/** A sandbox that dies before it has read its texts says why on its standard error. */
const ignoreDeadReader = () => undefined;
