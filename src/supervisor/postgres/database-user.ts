import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who PostgreSQL runs as. */
export interface DatabaseUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Made when there is none, to own nothing but the database. */
const OWN_USER = 'perennial';

/**
 * The unprivileged user that PostgreSQL, which refuses to run as root, runs as when we are root: `postgres` where there is one, else a
 * system user of ours, else `nobody`. Undefined when we are not root: then it runs as ourselves.
 */
export async function databaseUser(say: (line: string) => void): Promise<DatabaseUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await userNamed('postgres')) ?? (await userNamed(OWN_USER)) ?? (await createdUser(say)) ?? (await nobody(say));
}

async function createdUser(say: (line: string) => void): Promise<DatabaseUser | undefined> {
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false', OWN_USER]);
  } catch (error) {
    say(`No system user could be created for PostgreSQL (${(error as Error).message.trim()})`);
    return undefined;
  }
  say(`Created the system user ${OWN_USER}: PostgreSQL refuses to run as root`);
  return userNamed(OWN_USER);
}

async function nobody(say: (line: string) => void): Promise<DatabaseUser> {
  say('PostgreSQL runs as nobody: there is no user postgres, and none could be created');
  return (await userNamed('nobody')) ?? { name: 'nobody', uid: 65_534, gid: 65_534 };
}

async function userNamed(name: string): Promise<DatabaseUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async (field) => Number((await run('id', [field, name])).stdout)));
    return uid ? { name, uid, gid: gid ?? uid } : undefined;
  } catch {
    // `id` fails when there is no such user, which is an answer.
    return undefined;
  }
}
