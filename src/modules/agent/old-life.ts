import { workerProcess } from '../../domain/names.js';
import type { AgentRun } from '../../ports/agent-run-repository.js';
import type { ProcessTable } from '../../ports/sandbox.js';

/**
 * Ends what is left of a run that another worker held: every process with its mark. Returns whether its worktree can be used again: only when it
 * is on this host and the worker that held it is dead too, for that one could still write into it.
 */
export async function endOldLife({ processes, host }: { processes: ProcessTable; host: string }, lost: AgentRun): Promise<boolean> {
  if (lost.host !== host) return false;
  await processes.killMarked(lost.id);
  return !(await processes.isAlive(workerProcess(lost.worker)));
}
