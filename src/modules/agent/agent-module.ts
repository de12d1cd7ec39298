import type { AttemptInput, WorkResult } from '../../domain/activities.js';
import { notFound, rejected } from '../../domain/errors.js';
import type { AgentRun } from '../../ports/agent-run-repository.js';
import type { Session } from '../../ports/store.js';
import { claimOf } from './claim-of.js';
import { endOldLife } from './old-life.js';
import { oneLifeEach } from './one-life.js';
import type { ActivityLife, AgentDeps, OpenAttempt } from './open-attempt.js';
import { workInSession } from './work-in-session.js';

/** How agents work on attempts. */
export interface AgentModule {
  /**
   * Works on an attempt, or goes on with it where a dead worker left it: finished commands are not run again. Ends with the checked tree, or why
   * there is none. Throws the signal's reason when it was told to stop.
   */
  work(input: AttemptInput, life: ActivityLife): Promise<WorkResult>;
}

export function createAgentModule(deps: AgentDeps): AgentModule {
  const oneLife = oneLifeEach();
  return {
    work: (input, life) => oneLife(input, life.signal, (signal) => work(deps, input, { ...life, signal })),
  };
}

async function work(deps: AgentDeps, input: AttemptInput, life: ActivityLife): Promise<WorkResult> {
  const attempt = await begin(deps, input, life);
  return 'result' in attempt ? attempt.result : workInSession(deps, attempt, life);
}

/** Invariant: nothing of an attempt is touched before its epoch is claimed and the life before it is ended. */
async function begin(deps: AgentDeps, input: AttemptInput, life: ActivityLife): Promise<OpenAttempt | { result: WorkResult }> {
  const step = await deps.steps.find(input.workflowId, input.taskId);
  if (!step) throw notFound('step', `${input.workflowId}/${input.taskId}`);
  const isolation = deps.sandbox.isolation(step.task.network);
  const claimed = await deps.agentRuns.claim({ ...claimOf(deps, input, step.task.agent, life), isolation });
  if (claimed.how === 'ended' && claimed.run.host !== deps.host)
    return { result: heard(await storedResult(deps, claimed.run), claimed.run) };
  const canReuseTree = claimed.lost ? await endOldLife(deps, claimed.lost) : true;
  const session = await deps.store.openSession({ projectId: input.projectId, ref: claimed.run, canReuseTree });
  if (claimed.how === 'ended') return { result: await resultOfEnded(deps, claimed.run, session) };
  await deps.sessions.save({ ...claimed.run, host: deps.host, ...session, head: session.base, isOpen: true });
  return { step, claimed, session };
}

/** The attempt ended, and nobody heard it: the worker died before it could say so. Its worktree may still lie there; on another host it is that one's to close. */
async function resultOfEnded(deps: AgentDeps, run: AgentRun, session: Session): Promise<WorkResult> {
  const result = await storedResult(deps, run);
  await deps.store.closeSession(session);
  await deps.sessions.close(run, result?.kind === 'succeeded' ? result.tree : session.base);
  return heard(result, run);
}

async function storedResult({ agentRuns }: AgentDeps, run: AgentRun): Promise<WorkResult | undefined> {
  return (await agentRuns.resultOf(run)) as WorkResult | undefined;
}

/** A run without a result did not end by itself. */
function heard(result: WorkResult | undefined, run: AgentRun): WorkResult {
  if (!result) throw rejected('stale-attempt', `attempt ${run.attempt} of step ${run.taskId} was ended with its step`);
  return result;
}
