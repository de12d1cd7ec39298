import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { readStat } from '../adapters/process/proc-stat.js';
import { rejected } from '../domain/errors.js';
import { livingOwner, removePidFile, writePidFile } from './pid-file.js';

/** Held while a supervisor runs in a home. */
export interface HomeLock {
  release(): Promise<void>;
}

/**
 * Takes the home for this process: an abstract unix socket named for it, which the kernel gives to one process and takes back when that
 * dies, however it dies. The pid file only says who it is. Throws `home-in-use`.
 */
export async function lockHome(home: string, pidFile: string): Promise<HomeLock> {
  const server = await listenOn(socketName(home));
  if (!server) throw inUse(home, pidFile);
  server.unref();
  writePidFile(pidFile, self());
  return {
    async release() {
      removePidFile(pidFile);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** By device and inode, so that all names of one home make one lock. The leading NUL makes the name abstract: it is in no folder. */
function socketName(home: string): string {
  const { dev, ino } = statSync(home);
  const name = createHash('sha256')
    .update(`${dev}:${ino}:${realpathSync(home)}`)
    .digest('hex')
    .slice(0, 32);
  return `\0perennial-home-${name}`;
}

/** Undefined when another process has the name. */
function listenOn(path: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path }, () => resolve(server));
  });
}

function inUse(home: string, pidFile: string): Error {
  const owner = livingOwner(pidFile);
  const who = owner ? ` (pid ${owner.pid}, since ${startOf(pidFile)})` : '';
  return rejected('home-in-use', `another \`npm start\`${who} holds ${home}; stop it or set PERENNIAL_HOME to another folder`, {
    pid: owner?.pid,
  });
}

/** It writes its pid file as its first deed. */
function startOf(pidFile: string): string {
  return statSync(pidFile).mtime.toISOString();
}

function self(): { pid: number; startTime: string } {
  const stat = readStat(process.pid);
  return { pid: process.pid, startTime: stat?.startTime ?? '' };
}
