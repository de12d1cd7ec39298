import { deploySchema } from '../adapters/prisma/deploy.js';
import type { Config } from '../config.js';
import { unavailable } from '../domain/errors.js';
import { waitUntil } from './bounded-wait.js';
import type { PartKeeper } from './part-keeper.js';
import { answersQueries, ensureDatabase } from './postgres/connection.js';
import { embeddedPostgres } from './postgres/postgres-part.js';

const DATABASE = 'perennial';
const GIVEN_ANSWERS_WITHIN_MS = 60_000;

/** The database's URL once it answers and has the schema of this version: the embedded server's, or the one that DATABASE_URL names. */
export async function startDatabase(config: Config, port: number, keeper: PartKeeper): Promise<string> {
  const url = config.databaseUrl ? await givenDatabase(config.databaseUrl, keeper) : await embeddedDatabase(config, port, keeper);
  for (const migration of await deploySchema(url)) keeper.say(`Applied the migration ${migration}`);
  return url;
}

async function embeddedDatabase({ home, cacheDir, environment }: Config, port: number, keeper: PartKeeper): Promise<string> {
  const server = await embeddedPostgres({ home, cacheDir, environment, port }, keeper.say);
  await keeper.keep(server.plan);
  await ensureDatabase(server.url('postgres'), DATABASE);
  return server.url(DATABASE);
}

async function givenDatabase(url: string, keeper: PartKeeper): Promise<string> {
  const { host } = new URL(url);
  if (!(await waitUntil(() => answersQueries(url), { forMs: GIVEN_ANSWERS_WITHIN_MS, everyMs: 250, signal: keeper.closing }))) {
    throw unavailable(
      'postgres',
      `PostgreSQL at ${host} (DATABASE_URL) did not answer a query within ${GIVEN_ANSWERS_WITHIN_MS / 1_000} s`,
    );
  }
  keeper.say(`PostgreSQL at ${host} answers`);
  return url;
}
