import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../src/domain/messages.js';

/** Closed executions are kept so long, for Temporal's Web UI; Perennial keeps their histories itself. */
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

/** `temporal.api.enums.v1.IndexedValueType`. */
const INDEXED_VALUE_TYPE = { Keyword: 2, Bool: 5 } as const;

/** gRPC status codes. */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

/** Makes the namespace and the search attributes unless they are there. Safe to repeat, and to do from two places at once. A namespace that exists keeps its retention. */
export async function registerNamespace(connection: Connection, namespace: string): Promise<void> {
  if (!(await namespaceExists(connection, namespace))) await createNamespace(connection, namespace);
  await addSearchAttributes(connection, namespace);
}

async function namespaceExists(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    if (isStatus(error, NOT_FOUND)) return false;
    throw error;
  }
}

async function createNamespace(connection: Connection, namespace: string): Promise<void> {
  const request = {
    namespace,
    description: 'Runs of Perennial',
    workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as never },
  };
  await connection.workflowService.registerNamespace(request).catch(unlessItExists);
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await onceKnown(() => connection.operatorService.listSearchAttributes({ namespace }));
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !(name in customAttributes));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, INDEXED_VALUE_TYPE[type]]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes }).catch(unlessItExists);
}

/** The server's parts learn of a new namespace one after the other (seen: 9 ms on the dev server; a cluster refreshes its caches every few seconds). */
const KNOWN_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 20;

async function onceKnown<T>(call: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + KNOWN_WITHIN_MS; ; ) {
    try {
      return await call();
    } catch (error) {
      if (!isStatus(error, NOT_FOUND) || Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

function unlessItExists(error: unknown): void {
  if (!isStatus(error, ALREADY_EXISTS)) throw error;
}

function isStatus(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && error.code === code;
}
