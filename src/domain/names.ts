import { bug } from './errors.js';

/**
 * Every name that Perennial gives: branches and refs in the trusted repository, ids of Temporal executions, queues.
 * Names are functions of ids alone, so that a repeat after a crash finds what the first try made.
 */

/** One try of an agent at a step. */
export interface AttemptRef {
  readonly workflowId: string;
  readonly taskId: string;
  /** 1 for the first. */
  readonly attempt: number;
}

/** One life of an attempt on a worker; the fence of every write. */
export interface EpochRef extends AttemptRef {
  /** 1 for the first. */
  readonly epoch: number;
}

/** The branch that finished steps are merged onto. Its successors start from its head. */
export const integrationBranch = (workflowId: string): string => `perennial/${workflowId}/integration`;

export const stepBranch = (workflowId: string, taskId: string): string => `perennial/${workflowId}/step/${taskId}`;

export const sourceRef = (branch: string): string => `refs/perennial/source/${branch}`;

/** Keeps the base of an open workflow alive in the trusted repository. */
export const baseRef = (workflowId: string): string => `refs/perennial/base/${workflowId}`;

export const attemptName = ({ taskId, attempt }: AttemptRef): string => `${taskId}.${attempt}`;

/** Work that no branch holds; never deleted by a clean-up. */
export const keptRef = (ref: AttemptRef, suffix = ''): string => `refs/perennial/kept/${ref.workflowId}/${attemptName(ref)}${suffix}`;

/** Record and tree of the n-th command (from 1) of an attempt. Checkpoints outlive epochs, so they carry the attempt. */
export const checkpointRef = (ref: AttemptRef, n: number): string => `${checkpointPrefix(ref)}${n}`;

export const checkpointPrefix = (ref: AttemptRef): string => `refs/perennial/checkpoint/${ref.workflowId}.${attemptName(ref)}/`;

/** Id of an AgentRun and the value of PERENNIAL_RUN, which marks every process of it. */
export const agentRunId = (ref: EpochRef): string => `${ref.workflowId}.${attemptName(ref)}.${ref.epoch}`;

/** Id of one incarnation of a worker, and its identity in Temporal. */
export const workerId = (host: string, process: { pid: number; startTime: string }): string =>
  `${host}:${process.pid}:${process.startTime}`;

/** The process of a worker id. */
export function workerProcess(id: string): { pid: number; startTime: string } {
  const [, pid, startTime] = /:(\d+):(\d+)$/.exec(id) ?? [];
  if (!pid || !startTime) throw bug(`"${id}" is no id of a worker`);
  return { pid: Number(pid), startTime };
}

/** Temporal id of the child workflow that hosts one attempt. */
export const taskWorkflowId = (ref: AttemptRef): string => `${ref.workflowId}/task/${attemptName(ref)}`;

/** Temporal activity id: unique in a workflow, and readable in Temporal's Web UI. */
export const activityId = (ref: AttemptRef, phase: string): string => `${attemptName(ref)}.${phase}`;

/** Workflow tasks, and activities that any worker can do. One queue for both, so that they are handed over eagerly. */
export const MAIN_QUEUE = 'perennial';

/** Attempts of agents. Its pollers are the slots of the hosts (PERENNIAL_MAX_AGENTS). */
export const AGENT_QUEUE = 'perennial-agents';
