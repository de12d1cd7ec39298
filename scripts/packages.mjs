import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';
import { runCommand } from './run-command.mjs';
import { hashOf, onlyWhenNeeded } from './stamp.mjs';

const NPM_CI = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Installs the packages unless node_modules is what the lock file says. */
export async function ensurePackages() {
  await onlyWhenNeeded('packages', hashOf(['package-lock.json'], process.platform, process.arch), 'node_modules/typescript', async () => {
    if (!matchesLockFile()) await npm(NPM_CI);
  });
}

/** npm itself writes down what it installed: a node_modules that somebody made by hand is good when it agrees with the lock file. */
function matchesLockFile() {
  const installed = packagesIn('node_modules/.package-lock.json');
  const wanted = packagesIn('package-lock.json');
  if (!installed || !wanted) return false;
  const isSame = ([path, { version }]) => wanted[path]?.version === version && existsSync(join(ROOT, path));
  const isThere = ([path, { optional }]) => path === '' || optional || path in installed;
  return Object.entries(installed).every(isSame) && Object.entries(wanted).every(isThere);
}

function packagesIn(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** The npm that runs us, when one does; it may not be on PATH. */
async function npm(args) {
  const { npm_execpath: ours } = process.env;
  const [command, first] = ours?.endsWith('.js') ? [process.execPath, [ours]] : ['npm', []];
  await runCommand(command, [...first, ...args], { says: 'Installing the packages' });
}
