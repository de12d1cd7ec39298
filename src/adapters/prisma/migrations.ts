import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bug, rejected } from '../../domain/errors.js';

/** A numbered step of the schema, `prisma/migrations/<name>/migration.sql`. Never edited once it was applied anywhere. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, hexadecimal. */
  readonly checksum: string;
}

/** A row of `_prisma_migrations`, in the format of Prisma's own engine, which can go on from there. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

/** All migrations of a folder, in their order. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((entry) => /^\d{4}_/.test(entry)).sort();
  return Promise.all(names.map((name) => readMigration(directory, name)));
}

async function readMigration(directory: string, name: string): Promise<Migration> {
  const bytes = await readFile(join(directory, name, 'migration.sql'));
  return { name, sql: bytes.toString(), checksum: createHash('sha256').update(bytes).digest('hex') };
}

/** `prisma/migrations` of this package, found from sources and from compiled files alike. */
export function migrationsDirectory(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'prisma', 'migrations'))) {
    if (folder === dirname(folder)) throw bug('prisma/migrations is in no folder above this file');
    folder = dirname(folder);
  }
  return join(folder, 'prisma', 'migrations');
}

/**
 * Migrations that a database lacks. Throws `migration-half-applied`, `migration-changed` or `schema-newer`, naming the migration, when the database
 * cannot be brought on from where it stands.
 */
export function missingMigrations(ours: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const byName = new Map(ours.map((migration) => [migration.name, migration]));
  for (const row of applied) refuseUnlike(row, byName.get(row.name));
  const done = new Set(applied.map(({ name }) => name));
  return ours.filter(({ name }) => !done.has(name));
}

function refuseUnlike({ name, checksum, isFinished }: AppliedMigration, ours: Migration | undefined): void {
  if (!isFinished) {
    throw rejected(
      'migration-half-applied',
      `migration ${name} was begun on this database and not finished; look at its row in _prisma_migrations, mend the schema by hand, then set finished_at or rolled_back_at`,
      { migration: name },
    );
  }
  if (!ours) {
    throw rejected(
      'schema-newer',
      `this database has migration ${name}, which this version of Perennial does not know; use the newer version`,
      {
        migration: name,
      },
    );
  }
  if (ours.checksum !== checksum) {
    throw rejected(
      'migration-changed',
      `migration ${name} is not the one that was applied: expected checksum ${checksum}, got ${ours.checksum}`,
      {
        migration: name,
      },
    );
  }
}
