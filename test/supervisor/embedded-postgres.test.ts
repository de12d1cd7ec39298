import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { Part } from '../../src/supervisor/part.js';
import { freePort } from '../../src/supervisor/ports.js';
import { withClient } from '../../src/supervisor/postgres/connection.js';
import { type EmbeddedPostgres, embeddedPostgres } from '../../src/supervisor/postgres/postgres-part.js';
import { eventually } from './support/parts.js';

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? test : test.skip;
const { cacheDir, environment } = readConfig();

let top: string;
let home: string;
let part: Part | undefined;
let lives = 0;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'perennial-pg-'));
  home = join(top, 'home');
  lives = 0;
});
afterEach(async () => {
  await part?.close();
  part = undefined;
  const elsewhere = lstatSync(join(home, 'postgres')).isSymbolicLink() ? realpathSync(join(home, 'postgres')) : undefined;
  if (elsewhere) rmSync(elsewhere, { recursive: true });
  rmSync(top, { recursive: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await embeddedPostgres({ home, cacheDir, environment, port: await freePort() }, () => undefined);
  const ready = () => {
    lives += 1;
  };
  const events = { ready, died: () => undefined, gaveUp: () => undefined };
  part = new Part(server.plan, { logFile: join(home, 'postgres.log'), pidFile: join(home, 'postgres.pid') }, events);
  await part.start();
  return server;
}

const query = (server: EmbeddedPostgres, sql: string) =>
  withClient(server.url('postgres'), async (client) => (await client.query(sql)).rows);

test('acknowledged rows outlive SIGKILL of the server, which is started again by itself', async () => {
  mkdirSync(home, { mode: 0o711 });
  chmodSync(top, 0o711);
  const server = await start();
  await query(server, 'create table kept (id int)');
  await query(server, 'insert into kept select generate_series(1, 1000)');
  process.kill(Number.parseInt(readFileSync(join(home, 'postgres.pid'), 'utf8'), 10), 'SIGKILL');
  await eventually(() => lives === 2, 'PostgreSQL is ready again');
  expect(await query(server, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
});

test('rows are there after a stop, and a stop leaves no lock', async () => {
  mkdirSync(home, { mode: 0o711 });
  chmodSync(top, 0o711);
  await query(await start(), 'create table kept as select 42 as answer');
  await part?.close();
  expect(await query(await start(), 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('it listens on loopback alone, asks for the password, and has no socket in a folder', async () => {
  mkdirSync(home, { mode: 0o711 });
  chmodSync(top, 0o711);
  const server = await start();
  const [settings] = await query(
    server,
    "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync",
  );
  expect(settings).toEqual({ addresses: '127.0.0.1', sockets: '', fsync: 'on' });
  const wrong = new URL(server.url('postgres'));
  wrong.password = 'wrong';
  await expect(withClient(wrong.href, (client) => client.query('select 1'))).rejects.toThrow('password authentication failed');
  expect(statSync(join(home, 'postgres-password')).mode & 0o777).toBe(0o600);
});

test('a lock file that names a process of somebody else does not keep it from starting', async () => {
  mkdirSync(home, { mode: 0o711 });
  chmodSync(top, 0o711);
  await start();
  await part?.close();
  writeFileSync(join(home, 'postgres/data/postmaster.pid'), `${process.ppid}\n`, { mode: 0o644 });
  expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

asRoot(
  'as root in a closed folder, the data lies where the unprivileged user can get to it, and no mode above the home changes',
  async () => {
    chmodSync(top, 0o700);
    mkdirSync(home, { mode: 0o700 });
    await query(await start(), 'create table kept (id int)');
    expect(statSync(top).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(home, 'postgres')).isSymbolicLink()).toBe(true);
    const pid = Number.parseInt(readFileSync(join(home, 'postgres.pid'), 'utf8'), 10);
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m);
  },
);

asRoot('as root, a home that only root may enter is opened for the group of the database to pass through, and no more', async () => {
  chmodSync(top, 0o711);
  mkdirSync(home, { mode: 0o700 });
  await start();
  expect(statSync(home).mode & 0o777).toBe(0o710);
  expect(lstatSync(join(home, 'postgres')).isSymbolicLink()).toBe(false);
});
