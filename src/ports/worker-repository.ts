import type { Isolation, ProcessRef } from './agent-run-repository.js';

/** One incarnation of a worker process. */
export interface WorkerRecord extends ProcessRef {
  /** `<host>:<pid>:<startTime>`; also its identity in Temporal. */
  readonly id: string;
  readonly host: string;
  /** What its sandbox holds back, by the network that a task asks for. */
  readonly sandbox: { readonly on: Isolation; readonly off: Isolation };
  readonly joinedAt: Date;
  /** Last sign of life, every few seconds. */
  readonly seenAt: Date;
}

export interface WorkerRepository {
  /** Adds the worker, with `worker-joined`. */
  join(worker: Omit<WorkerRecord, 'joinedAt' | 'seenAt'>): Promise<void>;
  beat(id: string): Promise<void>;
  /** Takes the worker from the list; `lost` writes the event `worker-lost`. Repeats change nothing. */
  leave(id: string, how: 'left' | 'lost'): Promise<void>;
  /** Those that joined and did not leave, dead ones among them until somebody says so. */
  present(): Promise<WorkerRecord[]>;
}
