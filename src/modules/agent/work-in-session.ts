import type { WorkResult } from '../../domain/activities.js';
import { isPerennialError, type PerennialError, rejected } from '../../domain/errors.js';
import type { RunEnd } from '../../ports/agent-run-repository.js';
import type { AgentRunner } from '../../ports/agent-runner.js';
import { createCommandSequence } from './command-sequence.js';
import type { ActivityLife, AgentDeps, OpenAttempt } from './open-attempt.js';

type AttemptEnd = RunEnd & { readonly result: WorkResult };

/** Agent and checks of a claimed attempt. However it ends, its end is stored first and its worktree removed then; unfinished work is kept. */
export async function workInSession(deps: AgentDeps, attempt: OpenAttempt, life: ActivityLife): Promise<WorkResult> {
  const end = await workToItsEnd(deps, attempt, life);
  await close(deps, attempt, end);
  if (end.status === 'cancelled') life.signal.throwIfAborted();
  return end.result;
}

/** Throws when the attempt has not ended: this worker goes away, a part is away, another worker holds it, or a bug of ours. */
async function workToItsEnd(deps: AgentDeps, attempt: OpenAttempt, life: ActivityLife): Promise<AttemptEnd> {
  try {
    return await workAndCheck(deps, attempt, life);
  } catch (error) {
    if (life.signal.aborted && life.isCancelRequested()) return CANCELLED;
    if (!life.signal.aborted && isRefusal(error)) return failedBy(error);
    throw error;
  }
}

const CANCELLED: AttemptEnd = {
  status: 'cancelled',
  result: { kind: 'failed', error: { code: 'cancelled', message: 'the attempt was cancelled' } },
};

/** Codes of a claim that is no longer ours: the attempt goes on elsewhere. */
const NOT_OURS = ['epoch-lost', 'stale-attempt', 'stale-claim', 'step-settled'];

/** What the agent left cannot be taken: files that git does not store, a kind of agent that this worker lacks. */
const isRefusal = (error: unknown): error is PerennialError =>
  isPerennialError(error) && error.kind === 'rejected' && !NOT_OURS.includes(error.code);

const failedBy = ({ code, message }: PerennialError): AttemptEnd => ({
  status: 'failed',
  result: { kind: 'failed', error: { code, message } },
});

async function workAndCheck(deps: AgentDeps, attempt: OpenAttempt, life: ActivityLife): Promise<AttemptEnd> {
  const { ref } = attempt.session;
  const log = await deps.log.open(ref, ref.epoch);
  try {
    const { task } = attempt.step;
    const commands = await createCommandSequence(deps, attempt, life, log);
    const work = await runnerFor(deps, task.agent).run({ task, runCommands: (list) => commands.run('command', list) });
    const tree = await commands.tree();
    const end = work.kind === 'passed' ? await commands.run('check', task.checks) : work;
    const { lastExitCode: exitCode } = commands;
    const common = exitCode === undefined ? {} : { exitCode };
    if (end.kind === 'passed') return { ...common, status: 'succeeded', result: { kind: 'succeeded', tree } };
    return { ...common, status: 'failed', result: end };
  } finally {
    await log.close();
  }
}

function runnerFor({ runners }: AgentDeps, kind: string): AgentRunner {
  const runner = runners.find((known) => known.kind === kind);
  if (!runner)
    throw rejected('agent-unavailable', `this worker has no agent "${kind}"; it has ${runners.map((known) => known.kind).join(', ')}`);
  return runner;
}

/** The end is stored before the tree goes: a crash between the two finds the result, and removes the tree then. */
async function close(deps: AgentDeps, { session }: OpenAttempt, end: AttemptEnd): Promise<void> {
  const kept = end.result.kind === 'succeeded' ? end.result.tree : await keepWhatGitStores(deps, session);
  await deps.agentRuns.end(session.ref, end);
  await deps.store.closeSession(session);
  await deps.sessions.close(session.ref, kept ?? session.base);
}

/** A tree that git refuses is set aside as it is when the session is closed. */
async function keepWhatGitStores({ store }: AgentDeps, session: OpenAttempt['session']): Promise<string | undefined> {
  try {
    return await store.keep(session);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
