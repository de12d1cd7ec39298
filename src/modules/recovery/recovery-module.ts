import type { WorkerRecord, WorkerRepository } from '../../ports/worker-repository.js';
import type { WorkflowEngine } from '../../ports/workflow-engine.js';
import { closeLeftSessions, type LeftSessionsDeps } from './left-sessions.js';

export interface RecoveryDeps extends LeftSessionsDeps {
  readonly workers: WorkerRepository;
  readonly engine: WorkflowEngine;
}

/** What a dead worker held, and how much of it was given out again. */
export interface HandOver {
  readonly worker: string;
  readonly runs: number;
  readonly released: number;
}

/** Gives the work of dead workers to living ones. */
export interface RecoveryModule {
  /**
   * Hands over what dead workers of this host held. Called when the supervisor has seen one die, and by every worker when it starts; both at once
   * are harmless, for a task token works once.
   */
  handOverDeadWorkers(): Promise<HandOver[]>;
  /** Closes sessions of this host whose attempt is over, and keeps their work; returns how many there were. */
  closeLeftSessions(): Promise<number>;
}

export function createRecoveryModule(deps: RecoveryDeps): RecoveryModule {
  return {
    async handOverDeadWorkers() {
      const dead = await deadWorkersOfHost(deps);
      return Promise.all(dead.map((worker) => handOver(deps, worker)));
    },
    closeLeftSessions: () => closeLeftSessions(deps),
  };
}

async function deadWorkersOfHost({ workers, processes, host }: RecoveryDeps): Promise<WorkerRecord[]> {
  const ours = (await workers.present()).filter((worker) => worker.host === host);
  const isAlive = await Promise.all(ours.map((worker) => processes.isAlive(worker)));
  return ours.filter((_, index) => !isAlive[index]);
}

/** In this order: first its processes end, then its activities go out again, and last it leaves the list, so that a crash in between repeats it all. */
async function handOver(deps: RecoveryDeps, worker: WorkerRecord): Promise<HandOver> {
  const runs = await deps.agentRuns.runningOn(worker.id);
  await Promise.all(runs.map((run) => deps.processes.killMarked(run.id)));
  const released = await Promise.all(runs.map((run) => deps.engine.releaseActivity(run.taskToken)));
  await releaseWorkflows(deps, worker);
  await deps.workers.leave(worker.id, 'lost');
  return { worker: worker.id, runs: runs.length, released: released.filter((how) => how === 'released').length };
}

const WORKFLOWS_A_ROUND = 1_000;

/** What it was handed and never claimed has no token; and its workflows would wait for it before another worker gets them. */
async function releaseWorkflows({ workflows, engine }: RecoveryDeps, worker: WorkerRecord): Promise<void> {
  const running = await workflows.idsIn('running', WORKFLOWS_A_ROUND);
  const pending = await workflows.idsIn('pending', WORKFLOWS_A_ROUND);
  await Promise.all([...running, ...pending].map((id) => engine.releaseWorkflow(id, worker.id)));
}
