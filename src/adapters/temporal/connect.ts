import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../../config.js';
import { unavailable } from '../../domain/errors.js';

/** Where Temporal is, and who says hello. */
export interface TemporalTarget {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  readonly tls?: Config['temporal']['tls'];
}

/** Options that the client's and the worker's connection share. */
export async function connectionOptions({ address, apiKey, tls }: TemporalTarget) {
  return { address, ...(apiKey && { apiKey }), ...(tls && { tls: await readTls(tls) }) };
}

/** A client; lazy, so that a role starts while Temporal is away. */
export async function connectClient(target: TemporalTarget, identity: string): Promise<Client> {
  const connection = Connection.lazy(await connectionOptions(target));
  return new Client({ connection, namespace: target.namespace, identity });
}

/** The target of a configuration. Throws `unavailable` when no address is set: the embedded server is the supervisor's, which sets it. */
export function temporalTarget({ temporal }: Config): TemporalTarget {
  const { address, namespace, apiKey, tls } = temporal;
  if (!address)
    throw unavailable('temporal', 'TEMPORAL_ADDRESS is not set; start this role by `npm start`, or set the address of a Temporal service');
  return { address, namespace, ...(apiKey && { apiKey }), ...(tls && { tls }) };
}

async function readTls(tls: NonNullable<Config['temporal']['tls']>) {
  const { serverCaPath, clientCertPath, clientKeyPath, serverName } = tls;
  return {
    ...(serverName && { serverNameOverride: serverName }),
    ...(serverCaPath && { serverRootCACertificate: await readFile(serverCaPath) }),
    ...(clientCertPath && clientKeyPath && { clientCertPair: { crt: await readFile(clientCertPath), key: await readFile(clientKeyPath) } }),
  };
}
