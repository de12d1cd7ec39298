import { Connection } from '@temporalio/client';
import { registerNamespace } from '../../temporal-config/register.js';
import { connectionOptions, temporalTarget } from '../adapters/temporal/connect.js';
import type { Config } from '../config.js';
import { unavailable } from '../domain/errors.js';
import { waitUntil } from './bounded-wait.js';
import type { InnerPorts } from './inner-ports.js';
import type { PartKeeper } from './part-keeper.js';
import { findCli } from './temporal/cli.js';
import { temporalServer } from './temporal/temporal-part.js';

const GIVEN_ANSWERS_WITHIN_MS = 60_000;

/** Temporal's address once it answers and has our namespace: the embedded server's, or the one that TEMPORAL_ADDRESS names. */
export async function startEngine(config: Config, ports: InnerPorts, keeper: PartKeeper): Promise<string> {
  const address = config.temporal.address ?? (await embeddedEngine(config, ports, keeper));
  const connection = await connect(config, address, keeper);
  try {
    await registerNamespace(connection, config.temporal.namespace);
  } finally {
    await connection.close();
  }
  return address;
}

async function embeddedEngine(config: Config, ports: InnerPorts, keeper: PartKeeper): Promise<string> {
  const { home, cacheDir, environment, temporal } = config;
  const cli = await findCli({ cliPath: temporal.cliPath, path: environment.PATH ?? '', cacheDir }, keeper.say);
  return keeper.keep(temporalServer({ home, cacheDir, environment, port: ports.temporal }, ports.temporalUi, cli));
}

async function connect(config: Config, address: string, keeper: PartKeeper): Promise<Connection> {
  const options = await connectionOptions(temporalTarget({ ...config, temporal: { ...config.temporal, address } }));
  let connection: Connection | undefined;
  const tryIt = async () => {
    connection = await Connection.connect({ ...options, connectTimeout: 2_000 }).catch(() => undefined);
    return connection !== undefined;
  };
  await waitUntil(tryIt, { forMs: GIVEN_ANSWERS_WITHIN_MS, everyMs: 100, signal: keeper.closing });
  if (!connection) throw unavailable('temporal', `Temporal at ${address} did not answer within ${GIVEN_ANSWERS_WITHIN_MS / 1_000} s`);
  if (config.temporal.address) keeper.say(`Temporal at ${address} answers`);
  return connection;
}
