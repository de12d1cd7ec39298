import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';

const NAMESPACE = 'perennial';
const QUEUE = 'perennial-bench';

interface Parts {
  readonly address: string;
  readonly bundle: string;
  readonly client: Client;
  readonly worker: ChildProcess;
}

/** The same Temporal server without Perennial: what the engine itself costs. */
export class BareEngine {
  #parts: Parts | undefined;
  #count = 0;

  /** `folder`: where the bundle of its workflows goes. */
  async start(address: string, folder: string): Promise<void> {
    const bundle = join(folder, 'bare-bundle.js');
    writeFileSync(bundle, (await bundleWorkflowCode({ workflowsPath: beside('workflows.js'), logger: SILENT })).code);
    const worker = startWorker(address, bundle);
    const client = new Client({ connection: await Connection.connect({ address }), namespace: NAMESPACE });
    this.#parts = { address, bundle, client, worker };
    await once(worker, 'message');
  }

  async close(): Promise<void> {
    if (!this.#parts) return;
    const { client, worker } = this.#parts;
    this.#parts = undefined;
    const exit = once(worker, 'exit');
    worker.disconnect();
    await Promise.all([exit, client.connection.close()]);
  }

  get client(): Client {
    return this.#running.client;
  }

  get #running(): Parts {
    if (!this.#parts) throw new Error('the bare engine is not running');
    return this.#parts;
  }

  /** Milliseconds from its start to its end, as the server tells them. */
  async runChain(workflow: 'chainOfActivities' | 'chainOfChildren', length: number): Promise<number> {
    const handle = await this.#begin(workflow, [length]);
    await handle.result();
    const { startTime, closeTime } = await handle.describe();
    return (closeTime?.getTime() ?? Number.NaN) - startTime.getTime();
  }

  /** Milliseconds from the call that starts a workflow until its first activity begins. */
  async startToActivity(): Promise<number> {
    const startedAt = Date.now();
    const handle = await this.#begin('firstActivity', []);
    return ((await handle.result()) as number) - startedAt;
  }

  /** Milliseconds from SIGKILL of its worker, which is started again at once, until an activity begins. */
  async killToActivity(): Promise<number> {
    const { address, worker, bundle } = this.#running;
    const killedAt = Date.now();
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    const next = startWorker(address, bundle);
    this.#parts = { ...this.#running, worker: next };
    await once(next, 'message');
    const beganAt = await (await this.#begin('firstActivity', [])).result();
    return (beganAt as number) - killedAt;
  }

  #begin(workflow: string, args: unknown[]) {
    this.#count += 1;
    const workflowId = `bench-${process.pid}-${this.#count}`;
    return this.client.workflow.start(workflow, { args, taskQueue: QUEUE, workflowId, workflowTaskTimeout: '3s' });
  }
}

function startWorker(address: string, bundle: string): ChildProcess {
  return fork(beside('worker.js'), [address, NAMESPACE, QUEUE, bundle]);
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const nothing = () => undefined;
const SILENT = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
