import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const AUTHOR = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.org'];

/** A person's repository with a little history, a branch and a tag that nobody may touch, and work that is not committed. */
export function makeSource(path: string): void {
  mkdirSync(join(path, 'lines'), { recursive: true });
  git(path, 'init', '--quiet', '--initial-branch=main');
  commit(path, 'First', { '.gitignore': '.diary\n', 'lines/readme.txt': 'Lines of tasks\n' });
  git(path, 'branch', 'foreign');
  git(path, 'tag', 'v1');
  commit(path, 'Second', { 'shared.txt': 'shared\n' });
  writeFileSync(join(path, 'unfinished.txt'), 'not committed\n');
}

export function git(path: string, ...args: string[]): string {
  return execFileSync('git', ['-C', path, ...AUTHOR, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function commit(path: string, subject: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  git(path, 'add', '--', ...Object.keys(files));
  git(path, 'commit', '--quiet', '--message', subject);
}
