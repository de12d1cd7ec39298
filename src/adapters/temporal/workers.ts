import { setTimeout } from 'node:timers/promises';
import { NativeConnection, TransportError, Worker } from '@temporalio/worker';
import { AGENT_QUEUE, MAIN_QUEUE } from '../../domain/names.js';
import { connectionOptions, type TemporalTarget } from './connect.js';

export interface WorkersOptions {
  readonly target: TemporalTarget;
  /** Id of this incarnation, so that what it was handed can be told from what a later one has. */
  readonly identity: string;
  /** Path of the bundle that the build made. */
  readonly bundlePath: string;
  /** Attempts of agents at once. */
  readonly maxAgents: number;
  /** Functions of each queue, by the names of the contract. Those of agents may come later than the rest, which takes its time meanwhile. */
  readonly activities: { readonly main: object; readonly agents: Promise<object> };
}

/** The pollers of one worker process: workflows and light activities on the main queue, attempts on the agents' queue. */
export interface Workers {
  /** Resolves when both have stopped; rejects when one failed. */
  run(): Promise<void>;
  /** Stops taking work and tells running attempts to stop; their rows stay as they are, for the next worker. */
  stop(): void;
  close(): Promise<void>;
}

export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const connection = await connectPatiently(await connectionOptions(options.target));
  const shared = { connection, namespace: options.target.namespace, identity: options.identity, ...HEARTBEATS };
  const [main, agents] = await Promise.all([createMain(shared, options), createAgents(shared, options)]);
  const all = [main, agents];
  return {
    run: async () => void (await Promise.all(all.map((worker) => worker.run()))),
    stop: () => {
      for (const worker of all) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
    close: () => connection.close(),
  };
}

/** Temporal may be coming back from a crash of its own. */
const PATIENCE_MS = 300_000;
const ASK_AGAIN_MS = 200;

async function connectPatiently(options: Parameters<typeof NativeConnection.connect>[0]): Promise<NativeConnection> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (!(error instanceof TransportError) || Date.now() > deadline) throw error;
    }
    await setTimeout(ASK_AGAIN_MS);
  }
}

/** How late a cancel reaches an activity: at worst this long. */
const HEARTBEATS = { maxHeartbeatThrottleInterval: '1s', defaultHeartbeatThrottleInterval: '1s' } as const;

type Shared = Pick<Parameters<typeof Worker.create>[0], 'namespace' | 'identity'> & { connection: NativeConnection };

function createMain(shared: Shared, { bundlePath, activities }: WorkersOptions): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue: MAIN_QUEUE,
    workflowBundle: { codePath: bundlePath },
    activities: activities.main,
    /** The default of 10 s is what a run waits for a worker that died (measured: 14 s to the end instead of 4–5). */
    stickyQueueScheduleToStartTimeout: '200ms',
    maxCachedWorkflows: 200,
    maxConcurrentActivityTaskExecutions: 40,
  });
}

async function createAgents(shared: Shared, { maxAgents, activities }: WorkersOptions): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue: AGENT_QUEUE,
    activities: await activities.agents,
    maxConcurrentActivityTaskExecutions: maxAgents,
  });
}
