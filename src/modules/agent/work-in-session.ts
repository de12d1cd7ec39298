import type { WorkResult } from '../../domain/activities.js';
import { rejected } from '../../domain/errors.js';
import type { RunEnd } from '../../ports/agent-run-repository.js';
import type { AgentRunner, CommandsResult } from '../../ports/agent-runner.js';
import { type CommandSequence, createCommandSequence } from './command-sequence.js';
import type { ActivityLife, AgentDeps, OpenAttempt } from './open-attempt.js';

/** Agent and checks of a claimed attempt. However it ends, its end is stored first and its worktree removed then; unfinished work is kept. */
export async function workInSession(deps: AgentDeps, attempt: OpenAttempt, life: ActivityLife): Promise<WorkResult> {
  try {
    const { result, exitCode } = await workAndCheck(deps, attempt, life);
    const status = result.kind === 'succeeded' ? 'succeeded' : 'failed';
    await close(deps, attempt, { status, result, ...(exitCode !== undefined && { exitCode }) });
    return result;
  } catch (error) {
    if (life.signal.aborted && life.isCancelRequested()) await close(deps, attempt, { status: 'cancelled', result: CANCELLED });
    throw error;
  }
}

const CANCELLED: WorkResult = { kind: 'failed', error: { code: 'cancelled', message: 'the attempt was cancelled' } };

async function workAndCheck(deps: AgentDeps, attempt: OpenAttempt, life: ActivityLife): Promise<{ result: WorkResult; exitCode?: number }> {
  const { ref } = attempt.session;
  const log = await deps.log.open(ref, ref.epoch);
  try {
    const commands = await createCommandSequence(deps, attempt, life, log);
    const { task } = attempt.step;
    const work = await runnerFor(deps, task.agent).run({ task, runCommands: (list) => commands.run('command', list) });
    const tree = await commands.tree();
    return toResult(work.kind === 'passed' ? await commands.run('check', task.checks) : work, tree, commands);
  } finally {
    await log.close();
  }
}

function toResult(end: CommandsResult, tree: string, { lastExitCode }: CommandSequence): { result: WorkResult; exitCode?: number } {
  const result: WorkResult = end.kind === 'passed' ? { kind: 'succeeded', tree } : end;
  return { result, ...(lastExitCode !== undefined && { exitCode: lastExitCode }) };
}

function runnerFor({ runners }: AgentDeps, kind: string): AgentRunner {
  const runner = runners.find((known) => known.kind === kind);
  if (!runner)
    throw rejected('agent-unavailable', `this worker has no agent "${kind}"; it has ${runners.map((known) => known.kind).join(', ')}`);
  return runner;
}

/** The end is stored before the tree goes: a crash between the two finds the result, and removes the tree then. */
async function close(deps: AgentDeps, { session }: OpenAttempt, end: RunEnd & { result: WorkResult }): Promise<void> {
  const kept = end.result.kind === 'succeeded' ? end.result.tree : await deps.store.keep(session);
  await deps.agentRuns.end(session.ref, end);
  await deps.store.closeSession(session);
  await deps.sessions.close(session.ref, kept ?? session.base);
}
