import pg from 'pg';
import { unavailable } from '../../domain/errors.js';

/** One connection for one piece of work. A lost connection rejects the query that waits for it. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  let lost: unknown;
  client.on('error', (error) => {
    lost = error;
  });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw unavailable('postgres', `PostgreSQL does not answer: ${(error as Error).message}`, lost ?? error);
  } finally {
    await client.end();
  }
}

/** True once a real query is answered. */
export async function answersQueries(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('select 1'));
    return true;
  } catch {
    // Not yet: who asks goes on asking, for a bounded time.
    return false;
  }
}

/** Makes the database of this name unless it is there. `url` is of any other database of the server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
}
