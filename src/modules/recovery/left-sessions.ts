import type { AgentRun, AgentRunRepository } from '../../ports/agent-run-repository.js';
import type { Clock } from '../../ports/clock.js';
import type { RadicleSessionRecord, RadicleSessionRepository } from '../../ports/radicle-session-repository.js';
import type { ProcessTable } from '../../ports/sandbox.js';
import type { Store } from '../../ports/store.js';
import type { WorkflowRepository } from '../../ports/workflow-repository.js';

export interface LeftSessionsDeps {
  readonly sessions: RadicleSessionRepository;
  readonly agentRuns: AgentRunRepository;
  readonly workflows: WorkflowRepository;
  readonly store: Store;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly host: string;
}

/** A worker stores the end of an attempt and closes its session right after; only one that died in between needs this long. */
const GRACE_MS = 30_000;

/**
 * Closes the sessions of this host whose attempt is over: its worker died between the two, or the attempt was cancelled while no worker had it.
 * The store keeps what no branch holds. Returns how many there were.
 */
export async function closeLeftSessions(deps: LeftSessionsDeps): Promise<number> {
  let closed = 0;
  for (const session of await deps.sessions.openOn(deps.host)) {
    const runs = (await deps.agentRuns.forStep(session.workflowId, session.taskId)).filter(({ attempt }) => attempt === session.attempt);
    if (!isOver(runs, deps.clock.now())) continue;
    if (await closeLeft(deps, session, runs)) closed++;
  }
  return closed;
}

function isOver(runs: readonly AgentRun[], now: Date): boolean {
  return runs.every(({ status, endedAt }) => status !== 'running' && endedAt !== undefined && now.getTime() - endedAt.getTime() > GRACE_MS);
}

async function closeLeft(deps: LeftSessionsDeps, session: RadicleSessionRecord, runs: readonly AgentRun[]): Promise<boolean> {
  const workflow = await deps.workflows.summary(session.workflowId);
  const last = runs.at(-1);
  if (!workflow || !last) return false;
  for (const run of runs) if (run.host === deps.host) await deps.processes.killMarked(run.id);
  const { worktree, branch, base, head } = session;
  await deps.store.closeSession({ projectId: workflow.projectId, ref: last, worktree, branch, base });
  await deps.sessions.close(session, head);
  return true;
}
