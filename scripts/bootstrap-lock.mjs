import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process does in this folder. The lock is an abstract unix socket named for the folder: the kernel gives it to
 * one process and takes it back when that dies, so a dead owner never holds it.
 */
export async function oneAtATime(folder, say, work) {
  const server = await take(socketName(folder), say);
  try {
    return await work();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function socketName(folder) {
  const { dev, ino } = statSync(folder);
  return `\0perennial-bootstrap-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
}

async function take(path, say) {
  for (let waited = false; ; waited = true) {
    const server = await listenOn(path);
    if (server) return server;
    if (!waited) say('Waiting for another command that prepares this checkout');
    await sleep(200);
  }
}

/** Undefined when another process has the name. */
function listenOn(path) {
  const server = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path }, () => resolve(server));
  });
}
