import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { isPerennialError, rejected } from '../../domain/errors.js';
import { toDomainError } from './database-errors.js';
import { type AppliedMigration, type Migration, migrationsDirectory, missingMigrations, readMigrations } from './migrations.js';

/** The lock that Prisma's own engine takes while it deploys. */
const DEPLOY_LOCK = 72707369;

/** Another deployer has this long to finish. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Brings a database to the schema of this version, and returns the names of the migrations that it applied. Each is one transaction together with
 * its row: one that is cut off has not been. Several deployers at once are harmless.
 * Throws what `missingMigrations` throws; `migration-failed` when the SQL was refused; `unavailable`.
 */
export async function deploySchema(url: string, directory = migrationsDirectory()): Promise<string[]> {
  const migrations = await readMigrations(directory);
  return withConnection(url, async (connection) => {
    await connection.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await connection.query('SELECT pg_advisory_lock($1)', [DEPLOY_LOCK]);
    await connection.query(CREATE_HISTORY);
    const missing = missingMigrations(migrations, await readHistory(connection));
    for (const migration of missing) await apply(connection, migration);
    return missing.map(({ name }) => name);
  });
}

/** Resolves when the database has exactly the schema of this version. Throws `schema-older` too, besides what `missingMigrations` throws. */
export async function requireSchema(url: string, directory = migrationsDirectory()): Promise<void> {
  const migrations = await readMigrations(directory);
  const [missing] = await withConnection(url, async (connection) => missingMigrations(migrations, await readHistory(connection)));
  if (missing) {
    throw rejected('schema-older', `this database lacks migration ${missing.name}; deploy the schema of this version first`, {
      migration: missing.name,
    });
  }
}

/** A database may need minutes to come back after a crash; a role that dies meanwhile is started again for nothing. */
const PATIENCE_MS = 300_000;
const ASK_AGAIN_MS = 200;

/** As `requireSchema`, but waits for a database that does not answer. */
export async function awaitSchema(url: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await requireSchema(url);
    } catch (error) {
      if (!isPerennialError(error) || error.kind !== 'unavailable' || Date.now() > deadline) throw error;
    }
    await setTimeout(ASK_AGAIN_MS);
  }
}

async function withConnection<T>(url: string, work: (connection: pg.Client) => Promise<T>): Promise<T> {
  const connection = new pg.Client({ connectionString: url, application_name: 'perennial deploy', connectionTimeoutMillis: 10_000 });
  // A connection that breaks makes the query in flight fail; unheard, this event would end the process.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
    return await work(connection);
  } catch (error) {
    throw toDomainError(error);
  } finally {
    await connection.end();
  }
}

async function readHistory(connection: pg.Client): Promise<AppliedMigration[]> {
  const { rows: tables } = await connection.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS is_there");
  if (!tables[0].is_there) return [];
  const { rows } = await connection.query<AppliedMigration>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`);
  return rows;
}

async function apply(connection: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  try {
    await connection.query('BEGIN');
    await connection.query(ADD_ROW, [id, migration.checksum, migration.name]);
    await connection.query(migration.sql);
    await connection.query(FINISH_ROW, [id]);
    await connection.query('COMMIT');
  } catch (error) {
    const cause = toDomainError(error);
    if (cause !== error) throw cause;
    throw await noteFailure(connection, migration, String(error));
  }
}

/** Nothing of the migration stays but a row that says why; it is tried again by the next deployment. */
async function noteFailure(connection: pg.Client, { name, checksum }: Migration, why: string): Promise<Error> {
  await connection.query('ROLLBACK');
  await connection.query(ADD_FAILED_ROW, [randomUUID(), checksum, name, why]);
  return rejected('migration-failed', `migration ${name} failed and was rolled back: ${why}`, { migration: name });
}

/** As Prisma's engine makes it. */
const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

const ADD_ROW = 'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())';
const FINISH_ROW = 'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1';
const ADD_FAILED_ROW =
  'INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, rolled_back_at) VALUES ($1, $2, $3, $4, clock_timestamp())';
