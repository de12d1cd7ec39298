import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../../domain/errors.js';
import type { PostgresBinaries } from './binaries.js';
import type { DatabaseUser } from './database-user.js';

const run = promisify(execFile);

const UNFINISHED = 'data.new-';

export interface ClusterPlan {
  readonly binaries: PostgresBinaries;
  /** Holds the cluster as `data`. */
  readonly folder: string;
  readonly user: DatabaseUser | undefined;
  readonly password: string;
}

/**
 * The data directory, made by initdb when there is none: under a temporary name that is renamed at the end, so that a start that was killed
 * half-way leaves nothing that looks like a cluster. The caller holds the home's lock.
 */
export async function ensureCluster(plan: ClusterPlan): Promise<string> {
  const data = join(plan.folder, 'data');
  for (const name of readdirSync(plan.folder)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(plan.folder, name), { recursive: true, force: true });
  }
  if (!existsSync(data)) await makeCluster(plan, data);
  return data;
}

/** The user that the cluster belongs to, which stays the same when the machine gets another user `postgres` later. */
export function ownerOf(data: string, user: DatabaseUser | undefined): DatabaseUser | undefined {
  const { uid, gid } = statSync(data);
  return user && uid !== user.uid && uid !== 0 ? { name: `user ${uid}`, uid, gid } : user;
}

async function makeCluster(plan: ClusterPlan, data: string): Promise<void> {
  const unfinished = mkdtempSync(join(plan.folder, UNFINISHED));
  const cluster = join(unfinished, 'data');
  const passwordFile = join(unfinished, 'password');
  writeFileSync(passwordFile, plan.password, { mode: 0o600 });
  if (plan.user) for (const path of [unfinished, passwordFile]) chownSync(path, plan.user.uid, plan.user.gid);
  await initdb(plan, cluster, passwordFile);
  renameSync(cluster, data);
  rmSync(unfinished, { recursive: true });
}

/** The built-in UTF-8 locale is the same on every machine, so an index never depends on the libc that it was made with. */
async function initdb({ binaries, user }: ClusterPlan, cluster: string, passwordFile: string): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    await run(binaries.initdb, ['--pgdata', cluster, ...access, ...locale], { cwd: '/', ...(user && { uid: user.uid, gid: user.gid }) });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw unavailable(
      'postgres',
      `PostgreSQL's data directory could not be made in ${cluster}: ${stderr.trim() || (cause as Error).message}`,
      cause,
    );
  }
}
