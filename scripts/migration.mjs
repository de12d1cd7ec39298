// Writes the next migration without a database: what changed between the committed snapshot of the schema and prisma/schema.prisma.
//   node scripts/migration.mjs <name>     prisma/migrations/NNNN_<name>/migration.sql, and the snapshot moved on
//   node scripts/migration.mjs --check    exit code 1 when the schema has changes that no migration holds
// CHECK constraints, partial indexes and functions are not in the schema: write them into the new file by hand. A committed migration is never edited.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const migrations = join(root, 'prisma', 'migrations');
const snapshotPath = join(migrations, 'schema.snapshot.prisma');

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));

async function main([argument, ...rest]) {
  if (rest.length > 0 || !argument || !/^(--check|[a-z0-9][a-z0-9_]*)$/.test(argument)) {
    return refuse('usage: node scripts/migration.mjs <name: a-z, 0-9, "_"> | --check', 2);
  }
  const schema = await readFile(join(root, 'prisma', 'schema.prisma'), 'utf8');
  const snapshot = await readFile(snapshotPath, 'utf8').catch(absentIsUndefined);
  const sql = await diff(snapshot, schema);
  if (argument === '--check') return check(snapshot === schema, sql);
  await writeMigration(argument, sql, schema);
}

/** Comments alone may differ from the snapshot in SQL terms, but then the snapshot is not what the schema was: both are checked. */
function check(isSame, sql) {
  if (isSame && sql === '') return;
  refuse(`prisma/schema.prisma has changes that no migration holds; run "npm run migration <name>"\n${sql}`, 1);
}

async function writeMigration(name, sql, schema) {
  const numbers = (await readdir(migrations)).map((entry) => Number(/^(\d{4})_/.exec(entry)?.[1] ?? 0));
  const number = String(Math.max(0, ...numbers) + 1).padStart(4, '0');
  const folder = join(migrations, `${number}_${name}`);
  await mkdir(folder);
  await writeFile(join(folder, 'migration.sql'), sql || '-- Nothing that the schema shows: write the change here.\n');
  await writeFile(snapshotPath, schema);
  console.log(`wrote prisma/migrations/${number}_${name}/migration.sql`);
}

/** SQL that leads from one schema to another; empty when there is nothing to do. */
export async function diff(from, to) {
  const { SchemaEngine } = await loadEngine();
  const schema = (content) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] });
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, noDatabase());
  const { stdout } = await engine.diff({
    from: from === undefined ? { tag: 'empty' } : schema(from),
    to: schema(to),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  engine.free();
  return stdout === null || stdout.trim() === '-- This is an empty migration.' ? '' : stdout;
}

async function loadEngine() {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = join(dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine;
}

/** The engine insists on a database, asks it once for its version and makes the schema "public" there, and never looks at it for a diff: this one is nothing. */
function noDatabase() {
  const identity = { provider: 'postgres', adapterName: 'none' };
  const refused = () => Promise.reject(new Error('a migration is written without a database'));
  const adapter = {
    ...identity,
    queryRaw: () => Promise.resolve(ok({ columnNames: [], columnTypes: [], rows: [] })),
    executeRaw: () => Promise.resolve(ok(0)),
    executeScript: refused,
    startTransaction: refused,
    getConnectionInfo: () => ok({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: () => Promise.resolve(ok(undefined)),
  };
  return { ...identity, connect: () => Promise.resolve(ok(adapter)), connectToShadowDb: refused };
}

function ok(value) {
  return { ok: true, value, map: (change) => ok(change(value)), flatMap: (change) => change(value) };
}

function absentIsUndefined(error) {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

function refuse(message, exitCode) {
  console.error(message);
  process.exitCode = exitCode;
}
