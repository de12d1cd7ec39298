import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Isolation } from '../../src/ports/agent-run-repository.js';
import { exited } from './sandbox-command.js';
import type { BenchOf } from './sandbox-suite.js';

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' });

export function fileTests(bench: BenchOf, claim: Isolation): void {
  test('git works in a tree that borrows the objects of another repository', async () => {
    const { worktree } = bench();
    const trusted = bench().makeFolder('trusted');
    git(trusted, 'init', '-q');
    writeFileSync(join(trusted, 'file'), 'one\n');
    git(trusted, 'add', 'file');
    git(trusted, 'commit', '-qm', 'first');
    rmSync(worktree, { recursive: true });
    execFileSync('git', ['clone', '-q', '--shared', trusted, worktree]);
    const commit = 'echo two > file && git -c user.name=a -c user.email=a@a commit -qam second && git log --format=%s';
    const { end, text } = await bench().run(commit, { readable: [join(trusted, '.git', 'objects')] });
    expect({ end, text }).toEqual({ end: exited(0), text: 'second\nfirst\n' });
    expect(git(worktree, 'log', '--format=%s')).toBe('second\nfirst\n');
  });

  if (!claim.files) return;

  test('files beside the worktree can be neither read nor changed, also through a link', async () => {
    const outside = join(bench().makeFolder('other'), 'canary');
    writeFileSync(outside, 'canary');
    symlinkSync(outside, join(bench().worktree, 'link'));
    const { text } = await bench().run(
      `cat ${outside} link 2>/dev/null; echo x > link; echo x > ${outside}; echo; echo beside: $(ls ${bench().folder})`,
    );
    expect(text).not.toContain('canary\n');
    expect(text).toContain('beside: worktree\n');
    expect(readFileSync(outside, 'utf8')).toBe('canary');
  });

  test("the person's home is not there", async () => {
    const folder = mkdtempSync(join(homedir(), '.perennial-canary-'));
    try {
      writeFileSync(join(folder, 'canary'), 'canary');
      const { text } = await bench().run(`cat ${folder}/canary 2>/dev/null || echo none`);
      expect(text).toBe('none\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(['/etc/shadow', '/etc/ssl/private', '/root/.bashrc', '/var/run/docker.sock', '/run/docker.sock', '/sys/kernel', '/boot'])(
    '%s is not there',
    async (path) => {
      expect((await bench().run(`test -e ${path}`)).end).toEqual(exited(1));
    },
  );

  test.each(['/usr/bin/canary', '/etc/canary', '/canary', '/opt/canary', '/home/canary'])('%s cannot be made', async (path) => {
    expect((await bench().run(`echo x > ${path}`)).end).not.toEqual(exited(0));
    expect(existsSync(path)).toBe(false);
  });

  test('settings of the whole machine cannot be changed', async () => {
    const setting = '/proc/sys/kernel/core_pattern';
    expect((await bench().run(`cat ${setting} > now; cat now > ${setting}`)).end).not.toEqual(exited(0));
  });

  test('what is given to read can be read and not changed', async () => {
    const given = bench().makeFolder('given');
    writeFileSync(join(given, 'file'), 'given\n');
    const { end, text } = await bench().run(`cat ${given}/file; echo x > ${given}/file`, { readable: [given] });
    expect(end).not.toEqual(exited(0));
    expect(text).toMatch(/^given\n/);
    expect(readFileSync(join(given, 'file'), 'utf8')).toBe('given\n');
  });

  test('no right of an administrator is left, and none can be had', async () => {
    const { text } = await bench().run(
      'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status; unshare --user true 2>/dev/null || echo refused',
    );
    expect(text.replaceAll('\t', ' ')).toBe('CapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\nrefused\n');
  });

  test('the user has a name and is nobody special', async () => {
    const { text } = await bench().run(`id -un; test "$(id -u)" != 0 && node -p 'os.userInfo().homedir === process.env.HOME'`);
    expect(text).toBe('agent\ntrue\n');
  });
}
