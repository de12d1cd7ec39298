import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { emptyDatabase, type TestDatabase, testDatabase } from '../../support/database.js';

// Each run of the script loads Prisma's engine, which takes seconds on a busy machine.
jest.setTimeout(60_000);

const run = promisify(execFile);

/** What prisma/schema.prisma cannot say. */
const ONLY_IN_MIGRATIONS = [
  'agent_runs_running_key',
  'agent_runs_running_worker_idx',
  'radicle_sessions_open_host_idx',
  'workers_present_idx',
];

describe('the schema', () => {
  let migrated: TestDatabase;
  let described: TestDatabase;

  beforeAll(async () => {
    migrated = await testDatabase();
    described = await emptyDatabase();
    await query(described.url, await sqlOfSchema());
  });

  afterAll(async () => {
    await migrated.drop();
    await described.drop();
  });

  test('the migrations make the tables that prisma/schema.prisma describes', async () => {
    const [made, wanted] = [await query(migrated.url, COLUMNS), await query(described.url, COLUMNS)];
    expect(made).toEqual(wanted);
    expect(made.length).toBeGreaterThan(50);
  });

  test('keys and foreign keys are those of prisma/schema.prisma', async () => {
    expect(await query(migrated.url, KEYS)).toEqual(await query(described.url, KEYS));
  });

  test('indexes are those of prisma/schema.prisma and the partial ones', async () => {
    const [made, wanted] = [await query(migrated.url, INDEXES), await query(described.url, INDEXES)];
    expect(made.filter(({ name }) => !ONLY_IN_MIGRATIONS.includes(name as string))).toEqual(wanted);
    expect(made.length).toBe(wanted.length + ONLY_IN_MIGRATIONS.length);
  });

  test('the database itself refuses a status that is none, and a second running run of a step', async () => {
    await query(migrated.url, ROWS);
    const refused = (sql: string) => expect(query(migrated.url, sql)).rejects;
    await refused("UPDATE workflows SET status = 'done'").toThrow('workflows_status_check');
    await refused("UPDATE workflows SET status = 'failed'").toThrow('workflows_ended_check');
    await refused("UPDATE workflow_steps SET status = 'done'").toThrow('workflow_steps_status_check');
    await refused("UPDATE workflow_steps SET waiting_for = 'failed', waiting_since = now()").toThrow('workflow_steps_waiting_check');
    await refused("UPDATE agent_runs SET status = 'done', ended_at = now()").toThrow('agent_runs_status_check');
    await refused("UPDATE agent_runs SET status = 'lost'").toThrow('agent_runs_ended_check');
    await refused("UPDATE projects SET store = 'svn'").toThrow('projects_store_check');
    await refused(RUN(2)).toThrow('agent_runs_running_key');
    await refused('DELETE FROM workflows').toThrow('foreign key');
  });
});

describe('writing migrations', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'perennial-schema-'));
    await cp('prisma', join(copy, 'prisma'), { recursive: true });
    await cp('scripts/migration.mjs', join(copy, 'scripts', 'migration.mjs'));
    await symlink(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rm(copy, { recursive: true }));

  const migration = (...args: string[]) => run(process.execPath, [join(copy, 'scripts', 'migration.mjs'), ...args]);

  test('the snapshot is the schema, so there is nothing to write', async () => {
    await migration('--check');
    expect(await readFile('prisma/migrations/schema.snapshot.prisma', 'utf8')).toBe(await readFile('prisma/schema.prisma', 'utf8'));
  });

  test('a change is noticed, and written under the next number with its name', async () => {
    await appendFile(join(copy, 'prisma', 'schema.prisma'), '\nmodel Note {\n  id String @id\n\n  @@map("notes")\n}\n');
    await expect(migration('--check')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('CREATE TABLE "notes"') });
    await migration('add_notes');
    const [written] = (await readFile(join(copy, 'prisma', 'migrations', '0002_add_notes', 'migration.sql'), 'utf8')).split(';');
    expect(written).toContain('CREATE TABLE "notes"');
    await migration('--check');
  });

  test.each([[], ['Not a name'], ['../up'], ['one', 'two']])('wrong usage is refused: %j', async (...args) => {
    await expect(migration(...(args as string[]))).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
  });
});

async function sqlOfSchema(): Promise<string> {
  const script = `
    import { readFile } from 'node:fs/promises';
    import { diff } from './scripts/migration.mjs';
    process.stdout.write(await diff(undefined, await readFile('prisma/schema.prisma', 'utf8')));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  return stdout;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  try {
    return (await connection.query(sql)).rows;
  } finally {
    await connection.end();
  }
}

const COLUMNS = `
  SELECT table_name, column_name, data_type, datetime_precision, is_nullable, column_default FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY table_name, ordinal_position`;

const KEYS = `
  SELECT conrelid::regclass::text AS on_table, conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conrelid::regclass::text <> '_prisma_migrations'
  ORDER BY 1, 2`;

const INDEXES = `
  SELECT indexname AS name, indexdef AS definition FROM pg_indexes
  WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`;

const RUN = (epoch: number) => `
  INSERT INTO agent_runs (workflow_id, task_id, attempt, epoch, agent, status, host, worker, task_token, handed_out_at)
  VALUES ('w', 't', 1, ${epoch}, 'none', 'running', 'h', 'x', '', 0)`;

const ROWS = `
  INSERT INTO projects (id, name, source, default_branch, store, head) VALUES ('p', 'p', '/p', 'main', 'git', '');
  INSERT INTO workflows (id, project_id, name, plan, base) VALUES ('w', 'p', 'w', '{}', '');
  INSERT INTO workflow_steps (workflow_id, task_id, position, task) VALUES ('w', 't', 0, '{}');
  ${RUN(1)};`;
