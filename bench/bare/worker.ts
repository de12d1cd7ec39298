import { once } from 'node:events';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { bareActivities } from './activities.js';

/** A worker of the bare engine, a process of its own: `worker.js <address> <namespace> <queue> <bundle>`; ends when its parent goes. */
const [address, namespace, taskQueue, codePath] = process.argv.slice(2) as [string, string, string, string];

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle: { codePath }, activities: bareActivities });
const ended = worker.run();
process.send?.('ready');
await once(process, 'disconnect');
worker.shutdown();
await ended;
await connection.close();
