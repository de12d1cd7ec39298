import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/config.js';
import { Part } from '../../src/supervisor/part.js';
import type { PartPlan } from '../../src/supervisor/part-plan.js';
import { freePort } from '../../src/supervisor/ports.js';
import { embeddedPostgres } from '../../src/supervisor/postgres/postgres-part.js';
import { findCli } from '../../src/supervisor/temporal/cli.js';
import { temporalServer } from '../../src/supervisor/temporal/temporal-part.js';
import { assertNothingLeft } from './left-behind.js';

/** What all tests of one run share. */
export interface TestRun {
  end(): Promise<void>;
}

/**
 * Starts the servers and tells the tests by the environment: PERENNIAL_TEST_DATABASE_URL (the superuser, database `postgres`),
 * PERENNIAL_TEST_TEMPORAL_ADDRESS, PERENNIAL_TEST_TEMPORAL_CLI. Every process that is started from now on inherits the mark PERENNIAL_TEST_RUN and a folder of the run
 * for temporary files. PERENNIAL_TEST_SERVERS=off starts no server, for tests that need none.
 */
export async function startTestRun(): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-test-'));
  const mark = randomBytes(8).toString('hex');
  const temporaryFiles = join(folder, 'tmp');
  mkdirSync(temporaryFiles);
  // Users that tests run programs as must get to their own folders in it.
  for (const passable of [folder, temporaryFiles]) chmodSync(passable, 0o711);
  Object.assign(process.env, { PERENNIAL_TEST_RUN: mark, TMPDIR: temporaryFiles });
  const parts: Part[] = [];
  const end = async () => {
    await Promise.all(parts.map((part) => part.close()));
    try {
      await assertNothingLeft(mark, temporaryFiles);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  endOnSignal(end);
  try {
    const config = readConfig();
    if (process.env.PERENNIAL_TEST_SERVERS !== 'off') {
      await Promise.all([startPostgres(folder, config, parts), startTemporal(folder, config, parts)]);
    }
  } catch (error) {
    await end();
    throw error;
  }
  return { end };
}

async function startPostgres(folder: string, config: Config, parts: Part[]): Promise<void> {
  const server = await embeddedPostgres({ ...(await place(folder, 'postgres-home', config)) }, say);
  await keep(server.plan, folder, parts).start();
  process.env.PERENNIAL_TEST_DATABASE_URL = server.url('postgres');
}

async function startTemporal(folder: string, config: Config, parts: Part[]): Promise<void> {
  const search = { cliPath: config.temporal.cliPath, path: process.env.PATH ?? '', cacheDir: config.cacheDir };
  const cli = await findCli(search, say);
  const plan = temporalServer(await place(folder, 'temporal-home', config), await freePort(), cli);
  process.env.PERENNIAL_TEST_TEMPORAL_ADDRESS = await keep(plan, folder, parts).start();
  process.env.PERENNIAL_TEST_TEMPORAL_CLI = cli.path;
}

async function place(folder: string, name: string, { cacheDir, environment }: Config) {
  const home = join(folder, name);
  mkdirSync(home, { mode: 0o711 });
  return { home, cacheDir, environment, port: await freePort() };
}

/** Nothing is told while all goes well; a part that gives up rejects its start. */
function keep(plan: PartPlan, folder: string, parts: Part[]): Part {
  const files = { logFile: join(folder, `${plan.name}.log`), pidFile: join(folder, `${plan.name}.pid`) };
  const part = new Part(plan, files, {
    ready: () => undefined,
    died: ({ name, how }) => say(`${name} died during the tests (${how})`),
    gaveUp: () => undefined,
  });
  parts.push(part);
  return part;
}

/** The servers are in process groups of their own, out of the reach of Ctrl-C; jest does not tear down on it. */
function endOnSignal(end: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(1)));
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
