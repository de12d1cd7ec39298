import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = 20;

/** A repository of twenty small files with one commit, in the home of the studio, so that it goes with it. */
export function makeSmallRepository(home: string, name: string): string {
  const folder = join(home, 'bench-sources', name);
  mkdirSync(folder, { recursive: true });
  for (let n = 1; n <= FILES; n++) writeFileSync(join(folder, `file-${n}.txt`), `line of file ${n}\n`.repeat(20));
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@perennial.invalid', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '.'],
    [...identity, 'commit', '--quiet', '-m', 'small'],
  ]) {
    execFileSync('git', args, { cwd: folder });
  }
  return folder;
}
