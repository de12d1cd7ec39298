/**
 * Settings of the Temporal server that differ from its defaults, with what each gains (measured with server 1.32 on two cores). The server
 * accepts any key in silence, misspelt ones too: check a new one with `temporal-server validate-dynamic-config`.
 */
export const DYNAMIC_CONFIG: Readonly<Record<string, number | boolean | string>> = {
  // Default 20 a shard, and the dev server has one shard: the bottleneck of a graph. A chained child workflow: 236 → 67 ms.
  'history.transferProcessorMaxPollRPS': 5_000,
  // Default 1 s: a short timer (retry back-off, sticky time-out) fires after about a second without this.
  'history.timerProcessorMaxTimeShift': '10ms',
  // Default false: the first activities of a workflow task are handed to its own worker with the answer, 1.2 to 1.6 times as many tasks.
  'system.enableActivityEagerExecution': true,
  // Default 4: our queues are low-rate, and a task in the wrong partition waits for a forward.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Default 10 updates in flight a workflow: a person's script may retry many steps of one run at once.
  'history.maxInFlightUpdates': 100,
  // Workflow and activity ids hold task ids of up to 63 characters and a few words.
  'limit.maxIDLength': 255,
  // A worker that ends takes back its long polls, so that no task is handed to a dead one.
  'frontend.enableCancelWorkerPollsOnShutdown': true,
  // Shares a queue fairly between runs.
  'matching.enableFairness': true,
  // The server would tell its maker its version now and then.
  'frontend.enableServerVersionCheck': false,
};
