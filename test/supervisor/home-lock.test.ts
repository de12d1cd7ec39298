import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockHome } from '../../src/supervisor/home-lock.js';

const ROOT = join(import.meta.dirname, '../..');
let home: string;
let pidFile: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'perennial-lock-'));
  pidFile = join(home, 'supervisor.pid');
});
afterEach(() => rmSync(home, { recursive: true }));

/** Another process that takes the lock and keeps it until it is killed. */
async function holder() {
  const script = `import { lockHome } from './src/supervisor/home-lock.ts'; await lockHome(${JSON.stringify(home)}, ${JSON.stringify(pidFile)}); console.log('held'); setInterval(() => {}, 1000);`;
  const args = ['--import', './test/support/typescript.mjs', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('a second one is told who holds the home and what to do', async () => {
  const other = await holder();
  await expect(lockHome(home, pidFile)).rejects.toThrow(
    new RegExp(`pid ${other.pid}, since .* holds ${home}; stop it or set PERENNIAL_HOME`),
  );
  other.kill('SIGKILL');
  await once(other, 'exit');
});

test('a lock whose owner was killed is free', async () => {
  const other = await holder();
  other.kill('SIGKILL');
  await once(other, 'exit');
  const lock = await lockHome(home, pidFile);
  await lock.release();
});

test('a link to a home is the same home', async () => {
  const link = `${home}-link`;
  symlinkSync(home, link);
  const lock = await lockHome(home, pidFile);
  await expect(lockHome(link, pidFile)).rejects.toThrow(`pid ${process.pid}`);
  await lock.release();
  rmSync(link);
});

test('a released lock can be taken again', async () => {
  await (await lockHome(home, pidFile)).release();
  await (await lockHome(home, pidFile)).release();
});
