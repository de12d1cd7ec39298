import { isPerennialError } from '../domain/errors.js';
import type { Clock } from '../ports/clock.js';
import type { WorkerRecord, WorkerRepository } from '../ports/worker-repository.js';
import type { WorkflowEngine } from '../ports/workflow-engine.js';

type PartState = 'ready' | 'away';

export interface SystemInfoDeps {
  readonly workers: WorkerRepository;
  readonly engine: WorkflowEngine;
  readonly clock: Clock;
  readonly versions: Readonly<Record<string, string>>;
  /** Address of Temporal's Web UI, when this installation knows one. */
  temporalUi(): Promise<string | undefined>;
}

/** How the installation is. */
export interface SystemInfo {
  parts(): Promise<{ database: PartState; temporal: PartState; worker: PartState }>;
  describe(): Promise<unknown>;
  temporalUi(): Promise<string | undefined>;
}

/** A worker beats every 5 s; three beats missed, and nobody should count on it. */
const SILENT_MS = 15_000;

export function createSystemInfo(deps: SystemInfoDeps): SystemInfo {
  async function look() {
    const [present, isTemporalThere] = await Promise.all([presentWorkers(deps), deps.engine.isReachable()]);
    const workers = (present ?? []).filter(({ seenAt }) => deps.clock.now().getTime() - seenAt.getTime() < SILENT_MS);
    return {
      workers,
      parts: { database: state(present !== undefined), temporal: state(isTemporalThere), worker: state(workers.length > 0) },
    };
  }
  return {
    parts: async () => (await look()).parts,
    temporalUi: () => deps.temporalUi(),
    async describe() {
      const { workers, parts } = await look();
      const temporalUi = await deps.temporalUi();
      return { versions: deps.versions, parts, workers: workers.map(workerView), temporal: { ui: temporalUi } };
    },
  };
}

const state = (isReady: boolean): PartState => (isReady ? 'ready' : 'away');

async function presentWorkers({ workers }: SystemInfoDeps): Promise<WorkerRecord[] | undefined> {
  try {
    return await workers.present();
  } catch (error) {
    if (isPerennialError(error) && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

function workerView({ id, host, pid, sandbox, joinedAt, seenAt }: WorkerRecord) {
  return { id, host, pid, since: joinedAt, seenAt, sandbox };
}
