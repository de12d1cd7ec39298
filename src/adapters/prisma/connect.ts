import { PrismaPg } from '@prisma/adapter-pg';
import { toDomainError } from './database-errors.js';
import { PrismaClient } from './generated/client.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** How long to wait for a connection; default 5 s. */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take before the server ends it; default 30 s. */
  readonly statementTimeoutMs?: number;
}

/** The client that the repositories share. Its errors are ours. */
export type Client = ReturnType<typeof createClient>;

export interface Database {
  readonly client: Client;
  close(): Promise<void>;
}

/** Connects when first used. A database that is away makes calls throw `unavailable`. */
export function connect(options: DatabaseOptions): Database {
  const client = createClient(options);
  return { client, close: () => client.$disconnect() };
}

/** A server that is frozen ends nothing by itself: then the client gives up, this much later. */
const CLIENT_MARGIN_MS = 5_000;

function createClient({ url, poolSize, connectTimeoutMs = 5_000, statementTimeoutMs = 30_000 }: DatabaseOptions) {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + CLIENT_MARGIN_MS,
    keepAlive: true,
    application_name: 'perennial',
    // The adapter writes times without a zone.
    options: '-c TimeZone=UTC',
  });
  return new PrismaClient({ adapter, errorFormat: 'minimal' }).$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return await query(args);
        } catch (error) {
          throw toDomainError(error);
        }
      },
    },
  });
}
