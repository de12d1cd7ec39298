import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './checkout.mjs';

/** In node_modules, so that they go with it. */
const FOLDER = join(ROOT, 'node_modules', '.perennial');

/** One hash over the names and contents of files and folders (relative to the checkout), and over words. */
export function hashOf(paths, ...words) {
  const hash = createHash('sha256').update(words.join('\0'));
  for (const file of paths.flatMap((path) => filesIn(join(ROOT, path)))) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Does `work` unless it was done with this hash before and its result is still there. A `work` that is cut off counts as not done. */
export async function onlyWhenNeeded(name, hash, result, work) {
  const stamp = join(FOLDER, name);
  if (existsSync(join(ROOT, result)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
