import type { EventType } from '../../domain/events.js';
import type { EpochRef } from '../../domain/names.js';
import type { CommandsResult } from '../../ports/agent-runner.js';
import type { AttemptLogWriter } from '../../ports/attempt-log.js';
import type { CommandEnd } from '../../ports/sandbox.js';
import type { Checkpoint } from '../../ports/store.js';
import type { ActivityLife, AgentDeps, OpenAttempt } from './open-attempt.js';
import { pastCommands } from './past-commands.js';

type Kind = 'command' | 'check';

/** The commands of one attempt, numbered from 1 over all its epochs: each has one record, a checkpoint, and one that has it is not run again. */
export interface CommandSequence {
  /** Runs commands in order, each once; stops at the first that does not exit with 0. */
  run(kind: Kind, commands: readonly string[]): Promise<CommandsResult>;
  /** The tree after the last finished command, or the base's before the first. */
  tree(): Promise<string>;
  readonly lastExitCode: number | undefined;
}

export async function createCommandSequence(
  deps: AgentDeps,
  attempt: OpenAttempt,
  life: ActivityLife,
  log: AttemptLogWriter,
): Promise<CommandSequence> {
  const { session, step } = attempt;
  const [recorded, past] = await Promise.all([deps.store.checkpoints(session), pastCommands(deps, attempt)]);
  const done: Checkpoint[] = [];

  async function runOne(kind: Kind, command: string): Promise<CommandsResult> {
    const n = done.length + 1;
    const checkpoint = recorded[n - 1];
    if (checkpoint) return settleRecorded(kind, command, checkpoint);
    life.signal.throwIfAborted(); // NOTE: told as begun, a command that was never run would be taken for cut off.
    if (past.begun.has(n) && step.task.repeat === 'ask' && kind === 'command') return unknownOutcome(command);
    await tell(past.begun.has(n) ? 'command-repeated' : 'command-started', { n, kind, command: shown(command) });
    const startedAt = deps.clock.now().getTime();
    const end = await execute(command);
    life.signal.throwIfAborted();
    if (end.kind !== 'exited') return timedOut(command, step.task.timeoutMs);
    const durationMs = deps.clock.now().getTime() - startedAt;
    const saved = await deps.store.saveCheckpoint(session, n, { exitCode: end.exitCode, durationMs });
    await tellEnd(kind, command, saved);
    return settle(kind, command, saved);
  }

  /** Its record and the telling of it are two writes: a crash between them leaves the second to the next life. */
  async function settleRecorded(kind: Kind, command: string, checkpoint: Checkpoint): Promise<CommandsResult> {
    if (!past.ended.has(checkpoint.n)) await tellEnd(kind, command, checkpoint);
    return settle(kind, command, checkpoint);
  }

  const tellEnd = (kind: Kind, command: string, { n, exitCode, durationMs }: Checkpoint) =>
    tell(endEvent(kind, exitCode), { n, command: shown(command), exitCode, durationMs });

  function settle(kind: Kind, command: string, checkpoint: Checkpoint): CommandsResult {
    done.push(checkpoint);
    return checkpoint.exitCode === 0 ? PASSED : failed(kind, command, checkpoint.exitCode);
  }

  function execute(command: string): Promise<CommandEnd> {
    const usedMs = done.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return deps.sandbox.run({
      command,
      worktree: session.worktree,
      readable: deps.store.readablePaths(session.projectId),
      env: step.task.env,
      network: step.task.network,
      mark: attempt.claimed.run.id,
      timeoutMs: Math.max(1, step.task.timeoutMs - usedMs),
      signal: life.signal,
      onOutput: (chunk) => log.write(chunk),
    });
  }

  const tell = (type: EventType, data: Record<string, unknown>) => deps.agentRuns.append(session.ref, [eventOf(session.ref, type, data)]);

  return {
    async run(kind, commands) {
      for (const command of commands) {
        const result = await runOne(kind, command);
        if (result.kind !== 'passed') return result;
      }
      return PASSED;
    },
    tree: async () => done.at(-1)?.tree ?? deps.store.treeOf(session.projectId, session.base),
    get lastExitCode() {
      return done.at(-1)?.exitCode;
    },
  };
}

const PASSED: CommandsResult = { kind: 'passed' };

function eventOf(ref: EpochRef, type: EventType, data: Record<string, unknown>) {
  return { type, workflowId: ref.workflowId, taskId: ref.taskId, attempt: ref.attempt, epoch: ref.epoch, data };
}

function endEvent(kind: Kind, exitCode: number): EventType {
  if (kind === 'command') return 'command-ended';
  return exitCode === 0 ? 'check-passed' : 'check-failed';
}

function failed(kind: Kind, command: string, exitCode: number): CommandsResult {
  const code = kind === 'check' ? 'check-failed' : 'command-failed';
  return { kind: 'failed', error: { code, message: `exit code ${exitCode}: ${shown(command)}` } };
}

function timedOut(command: string, timeoutMs: number): CommandsResult {
  return {
    kind: 'failed',
    error: { code: 'timed-out', message: `the attempt reached its timeout of ${timeoutMs / 1_000} s in: ${shown(command)}` },
  };
}

function unknownOutcome(command: string): CommandsResult {
  return {
    kind: 'unknown-outcome',
    error: { code: 'unknown-outcome', message: `cut off by a crash, and \`repeat: ask\`: ${shown(command)}` },
  };
}

/** Commands may be 64 KB long; events and messages show their beginning. */
const shown = (command: string): string => (command.length <= 200 ? command : `${command.slice(0, 200)}…`);
