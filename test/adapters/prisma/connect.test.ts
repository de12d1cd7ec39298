import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connect, type Database, type DatabaseOptions } from '../../../src/adapters/prisma/connect.js';
import { aClaim, accepted } from '../../conformance/repositories/fixtures.js';
import { type TestDatabase, testDatabase } from '../../support/database.js';
import { prismaRepositories } from '../../support/prisma-repositories.js';

// Waits below are bounded by 20 s.
jest.setTimeout(60_000);

const AWAY = { code: 'unavailable', kind: 'unavailable', details: { part: 'database' } };

describe('a database that is away', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  const options = (overrides: Partial<DatabaseOptions> = {}): DatabaseOptions => ({ url: database.url, poolSize: 1, ...overrides });

  test('a port where nothing listens: every kind of call says unavailable', async () => {
    await using(options({ url: 'postgres://postgres@127.0.0.1:1/x' }), async ({ client }) => {
      const { projects, workflows, agentRuns } = prismaRepositories(client);
      await expect(projects.find('x')).rejects.toMatchObject(AWAY);
      await expect(workflows.start('x', 1)).rejects.toMatchObject(AWAY);
      await expect(agentRuns.claim(aClaim('x'))).rejects.toMatchObject(AWAY);
    });
  });

  test.each([
    ['hangs up', (socket: Socket) => void socket.destroy()],
    ['never answers', () => undefined],
  ])('a server that %s', async (_, onSocket) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.add(socket);
      onSocket(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgres://postgres@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    await using(options({ url, connectTimeoutMs: 200 }), async ({ client }) => {
      await expect(prismaRepositories(client).projects.list()).rejects.toMatchObject(AWAY);
    });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('a connection that the server ends in the middle: the call says so, and the next one works', async () => {
    await using(options({ poolSize: 2 }), async ({ client }) => {
      const sleeping = client.$queryRaw`SELECT pg_sleep(600)::text`.then();
      const cut = expect(sleeping).rejects.toMatchObject(AWAY);
      await untilTrue(async () => {
        const ended = await client.$queryRaw<unknown[]>`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
        return ended.length > 0;
      });
      await cut;
      expect(await prismaRepositories(client).projects.find('x')).toBeUndefined();
    });
  });

  test('a statement that takes too long', async () => {
    await using(options({ statementTimeoutMs: 50 }), async ({ client }) => {
      await expect(client.$queryRaw`SELECT pg_sleep(60)::text`.then()).rejects.toMatchObject(AWAY);
    });
  });

  test('a pool without a free connection', async () => {
    await using(options({ connectTimeoutMs: 100 }), async ({ client }) => {
      const holding = client.$queryRaw`SELECT pg_sleep(0.5)::text`.then();
      await expect(client.$queryRaw`SELECT 1`.then()).rejects.toMatchObject(AWAY);
      await holding;
    });
  });

  test('a mistake of ours stays what it is', async () => {
    await using(options(), async ({ client }) => {
      await expect(client.$queryRaw`SELECT nonsense`.then()).rejects.toMatchObject({ code: 'P2010' });
    });
  });
});

describe('what is stored', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  test('characters that PostgreSQL does not take become U+FFFD, and all others stay', async () => {
    await using({ url: database.url, poolSize: 2 }, async ({ client }) => {
      const repositories = prismaRepositories(client);
      const { id } = await accepted(repositories);
      const message = 'cut \ud83d off \0 here, \\u0000 "é" \u{1f600}';
      await repositories.workflows.record(id, [{ seq: 3, taskId: 'a', status: 'failed', attempt: 1, error: { code: 'x', message } }]);
      const kept = 'cut \ufffd off \ufffd here, \\u0000 "é" \u{1f600}';
      expect((await repositories.steps.find(id, 'a'))?.error).toEqual({ code: 'x', message: kept });
      const { id: other } = await accepted(repositories);
      await repositories.workflows.cancelPending(other, message);
      expect((await repositories.workflows.find(other))?.reason).toBe(kept);
    });
  });

  test('times are the same in every time zone of the server', async () => {
    const url = new URL(database.url);
    await using({ url: database.url, poolSize: 1 }, async ({ client }) => {
      await client.$executeRawUnsafe(`ALTER DATABASE ${url.pathname.slice(1)} SET TimeZone = 'Asia/Kolkata'`);
    });
    await using({ url: database.url, poolSize: 1 }, async ({ client }) => {
      const { createdAt, projectId } = await accepted(prismaRepositories(client));
      expect(Math.abs(Date.now() - createdAt.getTime())).toBeLessThan(60_000);
      const since = await client.workflow.findMany({ where: { projectId, createdAt: { gte: createdAt, lte: createdAt } } });
      expect(since).toHaveLength(1);
    });
  });
});

async function using(options: DatabaseOptions, work: (database: Database) => Promise<void>): Promise<void> {
  const database = connect(options);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) if (Date.now() > deadline) throw new Error('did not become true within 20 s');
}
