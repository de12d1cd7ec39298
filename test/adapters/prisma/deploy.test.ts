import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { deploySchema, requireSchema } from '../../../src/adapters/prisma/deploy.js';
import { migrationsDirectory, readMigrations } from '../../../src/adapters/prisma/migrations.js';
import { emptyDatabase, type TestDatabase } from '../../support/database.js';

// Waits below are bounded by 20 s.
jest.setTimeout(60_000);

const FIRST = '0001_initial';

describe('deploying the schema', () => {
  let database: TestDatabase;
  let connection: pg.Client;
  let directory: string;

  beforeEach(async () => {
    database = await emptyDatabase();
    connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    directory = await mkdtemp(join(tmpdir(), 'perennial-migrations-'));
    await cp(migrationsDirectory(), directory, { recursive: true });
  });

  afterEach(async () => {
    await connection.end();
    await database.drop();
    await rm(directory, { recursive: true });
  });

  const addMigration = async (name: string, sql: string) => {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  };

  test('an empty database gets every migration, noted as Prisma notes them', async () => {
    const migrations = await readMigrations(migrationsDirectory());
    expect(await deploySchema(database.url)).toEqual(migrations.map(({ name }) => name));
    const { rows } = await connection.query('SELECT * FROM _prisma_migrations ORDER BY started_at');
    const finished = {
      logs: null,
      rolled_back_at: null,
      finished_at: expect.any(Date),
      started_at: expect.any(Date),
      applied_steps_count: 1,
    };
    expect(rows).toEqual(
      migrations.map(({ name, checksum }) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        migration_name: name,
        checksum,
        ...finished,
      })),
    );
    await requireSchema(database.url);
  });

  test('a second deployment finds nothing to do', async () => {
    await deploySchema(database.url);
    expect(await deploySchema(database.url)).toEqual([]);
  });

  test('of four deployments at once one applies each migration', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => deploySchema(database.url)));
    expect(applied.flat()).toEqual((await readMigrations(migrationsDirectory())).map(({ name }) => name));
    await requireSchema(database.url);
  });

  test('a later version applies only what is new', async () => {
    await deploySchema(database.url);
    await addMigration('0999_more', 'CREATE TABLE more ()');
    await expect(requireSchema(database.url, directory)).rejects.toMatchObject({
      code: 'schema-older',
      message: expect.stringContaining('0999_more'),
    });
    expect(await deploySchema(database.url, directory)).toEqual(['0999_more']);
    await requireSchema(database.url, directory);
  });

  test('an empty database is refused by the roles, naming the first migration', async () => {
    await expect(requireSchema(database.url)).rejects.toMatchObject({
      code: 'schema-older',
      kind: 'rejected',
      message: expect.stringContaining(FIRST),
    });
  });

  test('a database of a newer version is refused, naming what is unknown', async () => {
    await addMigration('0999_more', 'CREATE TABLE more ()');
    await deploySchema(database.url, directory);
    const refused = { code: 'schema-newer', kind: 'rejected', message: expect.stringContaining('0999_more') };
    await expect(requireSchema(database.url)).rejects.toMatchObject(refused);
    await expect(deploySchema(database.url)).rejects.toMatchObject(refused);
  });

  test('a migration that was edited after it was applied is refused by name', async () => {
    await deploySchema(database.url, directory);
    await addMigration(FIRST, 'SELECT 1');
    const refused = { code: 'migration-changed', kind: 'rejected', message: expect.stringContaining(FIRST) };
    await expect(deploySchema(database.url, directory)).rejects.toMatchObject(refused);
    await expect(requireSchema(database.url, directory)).rejects.toMatchObject(refused);
  });

  test('a migration that another deployer left half applied is refused by name', async () => {
    await deploySchema(database.url);
    await connection.query('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [FIRST]);
    const refused = { code: 'migration-half-applied', kind: 'rejected', message: expect.stringContaining(FIRST) };
    await expect(deploySchema(database.url)).rejects.toMatchObject(refused);
    await expect(requireSchema(database.url)).rejects.toMatchObject(refused);
  });

  test('a migration whose SQL fails leaves nothing but the reason, and is tried again once it is mended', async () => {
    await addMigration('0998_good', 'CREATE TABLE good ()');
    await addMigration('0999_bad', 'CREATE TABLE half (); SELECT 1/0');
    const failed = { code: 'migration-failed', message: expect.stringMatching(/0999_bad.*division by zero/) };
    await expect(deploySchema(database.url, directory)).rejects.toMatchObject(failed);
    const tables = await connection.query("SELECT to_regclass('good') AS good, to_regclass('half') AS half");
    expect(tables.rows).toEqual([{ good: 'good', half: null }]);
    await addMigration('0999_bad', 'CREATE TABLE half ()');
    expect(await deploySchema(database.url, directory)).toEqual(['0999_bad']);
    await requireSchema(database.url, directory);
  });

  test('a deployment that is cut off in the middle has applied nothing of that migration', async () => {
    await addMigration('0999_long', 'CREATE TABLE half (); SELECT pg_sleep(600)');
    const deployment = deploySchema(database.url, directory);
    const cut = expect(deployment).rejects.toMatchObject({ kind: 'unavailable' });
    await endSleepers(connection);
    await cut;
    await addMigration('0999_long', 'CREATE TABLE half ()');
    expect(await deploySchema(database.url, directory)).toEqual(['0999_long']);
  });

  test('a database that does not answer is unavailable', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:1/postgres';
    await expect(deploySchema(nowhere)).rejects.toMatchObject({ code: 'unavailable', details: { part: 'database' } });
    await expect(requireSchema(nowhere)).rejects.toMatchObject({ code: 'unavailable', details: { part: 'database' } });
  });
});

/** Ends the connection that sleeps in this database, as soon as there is one; gives up after 20 s. */
async function endSleepers(connection: pg.Client): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const { rowCount } = await connection.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'`);
    if (rowCount) return;
  }
  throw new Error('no deployment reached its sleep');
}
