import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { deploySchema } from '../../src/adapters/prisma/deploy.js';
import { migrationsDirectory, readMigrations } from '../../src/adapters/prisma/migrations.js';

/** A database of a test's own on the server that the whole run shares. */
export interface TestDatabase {
  readonly url: string;
  /** Also ends connections that are still open. */
  drop(): Promise<void>;
}

/** A fresh database with the schema of this version. */
export async function testDatabase(): Promise<TestDatabase> {
  const template = await templateDatabase();
  return createDatabase(`TEMPLATE ${template}`);
}

/** A fresh database with nothing in it. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase('');

async function createDatabase(how: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer((server) => server.query(`CREATE DATABASE ${name} ${how}`));
  return { url: urlOf(name), drop: () => onServer(async (server) => void (await server.query(`DROP DATABASE ${name} WITH (FORCE)`))) };
}

const TEMPLATE_LOCK = 727071;

/** Made once for a server and schema: the database is renamed when it is whole, so a name that is there can be used. */
async function templateDatabase(): Promise<string> {
  const migrations = await readMigrations(migrationsDirectory());
  const hash = createHash('sha256').update(migrations.map(({ checksum }) => checksum).join());
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  await onServer(async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rows } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length > 0) return;
    await server.query(`DROP DATABASE IF EXISTS ${name}_new WITH (FORCE)`);
    await server.query(`CREATE DATABASE ${name}_new`);
    await deploySchema(urlOf(`${name}_new`));
    await server.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
  });
  return name;
}

async function onServer<T>(work: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: serverUrl() });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.PERENNIAL_TEST_DATABASE_URL;
  if (!url) {
    throw new Error(
      'PERENNIAL_TEST_DATABASE_URL is not set; expected the URL of the database "postgres" of a server, as a superuser. `npm test` sets it.',
    );
  }
  return url;
}
