/** The time, so that tests can hold it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
