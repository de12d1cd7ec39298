import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Activities, AttemptInput, RecordInput, WorkResult } from '../../src/domain/activities.js';
import { compileTasks } from '../../src/domain/graph.js';
import { RUN_GRAPH, type RunGraphInput } from '../../src/domain/messages.js';
import { AGENT_QUEUE, MAIN_QUEUE } from '../../src/domain/names.js';
import { parsePlan } from '../../src/domain/plan.js';
import { registerNamespace } from '../../temporal-config/register.js';
import { silence } from './silence.js';

/** What happened, as the activities saw it, in order: `work a.1`, `finish a.1`, `gate b.1`, `record completed`. */
export type Trace = string[];

/** How the stand-in for agents answers an attempt; default: it succeeds. */
export type Work = (input: AttemptInput) => Promise<WorkResult> | WorkResult;

/** The real workflows in the real workflow sandbox of a real server, over activities that only note what they were asked. */
export interface WorkflowWorld {
  readonly client: Client;
  readonly trace: Trace;
  readonly records: RecordInput[];
  /** Starts a plan; `work` answers its attempts. */
  run(
    plan: object,
    options?: { work?: Work; finish?: Activities['finishTask']; maxEvents?: number },
  ): Promise<Awaited<ReturnType<typeof startGraph>>>;
  close(): Promise<void>;
}

silence();

let bundle: Promise<WorkflowBundle> | undefined;
const bundled = () => {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../dist/workflows/index.js', import.meta.url)),
    logger: SILENT,
  });
  return bundle;
};
const nothing = () => undefined;
const SILENT = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: console.error };

export async function workflowWorld(): Promise<WorkflowWorld> {
  const address = testTemporalAddress();
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await registerNamespace(connection, namespace);
  const client = new Client({ connection, namespace });
  const native = await NativeConnection.connect({ address });
  const trace: Trace = [];
  const records: RecordInput[] = [];
  const plans = new Map<string, PlannedRun>();
  const activities = tracingActivities(plans, trace, records);
  const shared = { connection: native, namespace, activities, maxHeartbeatThrottleInterval: '100ms' } as const;
  const workers = [
    await Worker.create({ ...shared, taskQueue: MAIN_QUEUE, workflowBundle: await bundled() }),
    await Worker.create({ ...shared, taskQueue: AGENT_QUEUE }),
  ];
  const running = workers.map((worker) => worker.run());
  return {
    client,
    trace,
    records,
    run: (plan, { work = succeed, finish = complete, maxEvents } = {}) => {
      const workflowId = `wf-${randomBytes(6).toString('hex')}`;
      plans.set(workflowId, { plan: parsePlan({ version: 1, name: 'test', ...plan }), work, finish });
      return startGraph(client, { workflowId, projectId: 'project', ...(maxEvents && { maxEvents }) });
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await native.close();
      await connection.close();
    },
  };
}

export function testTemporalAddress(): string {
  const address = process.env.PERENNIAL_TEST_TEMPORAL_ADDRESS;
  if (!address) throw new Error('PERENNIAL_TEST_TEMPORAL_ADDRESS is not set: run the tests by `npm test`, which starts the server');
  return address;
}

function startGraph(client: Client, input: RunGraphInput) {
  return client.workflow.start<(input: RunGraphInput) => Promise<string>>(RUN_GRAPH, {
    workflowId: input.workflowId,
    taskQueue: MAIN_QUEUE,
    args: [input],
    workflowTaskTimeout: '3s',
  });
}

interface PlannedRun {
  readonly plan: ReturnType<typeof parsePlan>;
  readonly work: Work;
  readonly finish: Activities['finishTask'];
}

const succeed: Work = () => ({ kind: 'succeeded', tree: 'tree' });
const complete: Activities['finishTask'] = async () => ({ kind: 'completed' });

/** Tasks a page, small, so that tests read more than one. */
const PAGE = 7;

function tracingActivities(plans: ReadonlyMap<string, PlannedRun>, trace: Trace, records: RecordInput[]): Activities {
  const planned = (workflowId: string) => plans.get(workflowId) as PlannedRun;
  const note = (what: string, { taskId, attempt }: AttemptInput) => trace.push(`${what} ${taskId}.${attempt}`);
  return {
    async loadGraph({ workflowId, from }) {
      const { plan } = planned(workflowId);
      const tasks = compileTasks(plan).slice(from, from + PAGE);
      const next = from + PAGE < plan.tasks.length ? { next: from + PAGE } : {};
      return { isOpen: true, maxParallel: plan.maxParallel, tasks, ...next };
    },
    async passGate(input) {
      note('gate', input);
      return { kind: 'completed' };
    },
    async workOnTask(input) {
      note('work', input);
      return planned(input.workflowId).work(input);
    },
    async finishTask(input) {
      note('finish', input);
      return planned(input.workflowId).finish(input);
    },
    async record(input) {
      records.push(input);
      for (const step of input.steps) trace.push(`${step.status} ${step.taskId}.${step.attempt}`);
      if (input.workflow) trace.push(`workflow ${input.workflow.status}`);
    },
  };
}
