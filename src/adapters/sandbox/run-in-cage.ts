import type { CommandEnd, SandboxCommand } from '../../ports/sandbox.js';
import type { Cage, CommandProcesses } from './cage.js';
import { CagedChild } from './caged-child.js';
import type { InheritedDescriptors } from './inherited-descriptors.js';
import type { OutputPipe, OutputPipes } from './output-pipe.js';
import { OutputPump } from './output-pump.js';

/** Numbers and parts that all commands of a sandbox share. */
export interface CageRun {
  readonly pipes: OutputPipes;
  readonly inherited: InheritedDescriptors;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/**
 * One command from its start to the death of its last process.
 *
 * 1. The command starts only when its processes can be found again, and its network is there.
 * 2. Whoever ends first ends the others: the command its background processes, we the command.
 * 3. Nothing returns or throws before all processes are gone and what they wrote was taken.
 */
export async function runInCage(cage: Cage, command: SandboxCommand, run: CageRun): Promise<CommandEnd> {
  const pipe = await run.pipes.open();
  const child = startChild(cage, command, pipe, run.inherited);
  const pump = new OutputPump(pipe, command.onOutput, () => child.kill());
  try {
    return await untilEnded(child, command, run.graceMs);
  } finally {
    await child.close();
    await pump.finish();
  }
}

function startChild(cage: Cage, command: SandboxCommand, pipe: OutputPipe, inherited: InheritedDescriptors): CagedChild {
  try {
    return new CagedChild(cage, command, pipe, inherited);
  } catch (error) {
    pipe.release();
    throw error;
  }
}

async function untilEnded(child: CagedChild, command: SandboxCommand, graceMs: number): Promise<CommandEnd> {
  const processes = await child.launch(command.signal);
  if (!processes) return { kind: 'cancelled' };
  const over = new AbortController();
  try {
    const stopped = stopInTime(processes, command, graceMs, over.signal);
    const exitCode = (await child.exitCode) as number;
    return stopped() ?? { kind: 'exited', exitCode };
  } finally {
    over.abort();
    await processes.end();
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Ends the processes when their time is over or nobody wants them any more; the answer says why it did. */
function stopInTime(
  processes: CommandProcesses,
  { timeoutMs, signal }: SandboxCommand,
  graceMs: number,
  over: AbortSignal,
): () => CommandEnd | undefined {
  let end: CommandEnd | undefined;
  let grace: NodeJS.Timeout | undefined;
  const stop = (kind: 'timed-out' | 'cancelled') => {
    if (end) return;
    end = { kind };
    processes.terminate();
    grace = setTimeout(() => void processes.end().catch(saidAtTheEnd), graceMs);
  };
  const timeout = setTimeout(stop, Math.min(timeoutMs, LONGEST_TIMER_MS), 'timed-out');
  signal.addEventListener('abort', () => stop('cancelled'), { once: true, signal: over });
  if (signal.aborted) stop('cancelled');
  over.addEventListener('abort', () => [timeout, grace].forEach(clearTimeout), { once: true });
  return () => end;
}

/** What cannot be ended is tried again, and told, when the command is over. */
const saidAtTheEnd = () => undefined;
