import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkBranch, nameOfSource, parseSource } from '../../../src/adapters/git/source-name.js';
import { commitFiles, git, initSource, putFiles, StoreWorld } from '../../conformance/store-world.js';
import { testGitStore } from './test-git-store.js';

describe('the name of a source', () => {
  test.each([
    '',
    '-uploadpack=touch /tmp/x',
    '--help',
    'ext::sh -c id',
    'fd::17',
    'http://example.org/a.git',
    'git://example.org/a.git',
    'ftp://example.org/a',
    'file://elsewhere/a',
    'ssh://-oProxyCommand=id/a',
    'a\nb',
    '/a\0b',
  ])('%j is refused as something other than a repository', (source) => {
    expect(() => parseSource(source)).toThrow(expect.objectContaining({ code: 'source-refused' }));
  });

  test.each([
    ['https://example.org/a.git', 'url'],
    ['ssh://git@example.org:22/a.git', 'url'],
    ['git@example.org:group/a.git', 'url'],
    ['file:///srv/a.git', 'path'],
    ['/srv/with:colon', 'path'],
    ['../relative', 'path'],
  ])('%s is taken', (source, kind) => {
    expect(parseSource(source).kind).toBe(kind);
  });

  test('a password in a URL is not repeated in the refusal', () => {
    expect(() => parseSource('http://person:secret@example.org/a')).toThrow(/http:\/\/example\.org/);
  });

  test.each([
    ['/srv/a.git', 'a'],
    ['/srv/a/.git', 'a'],
    ['git@example.org:group/tool.git', 'tool'],
    ['/', 'repository'],
  ])('%s is called %s', (source, name) => {
    expect(nameOfSource(source)).toBe(name);
  });

  test.each([
    '$(id)',
    'a;id',
    'a b',
    '-x',
    'a/../b',
    'a..b',
    '/a',
    'a/',
    'a.lock',
    '.a',
    'a/.b',
    '@',
    'a@{1}',
    'ü',
    'a\u202eb',
    'a\u3000b',
    'a//b',
  ])('the branch name %j is refused', (name) => {
    expect(() => checkBranch(name)).toThrow(expect.objectContaining({ code: 'source-refused' }));
  });

  test.each(['perennial', 'perennial/x', 'HEAD'])('the branch name %s is ours or git’s, and refused', (name) => {
    expect(() => checkBranch(name)).toThrow(expect.objectContaining({ code: 'source-refused' }));
  });

  test.each(['main', 'release/1.2', 'feature_x', 'fix#12', 'v1+2'])('the branch name %s is taken', (name) => {
    expect(checkBranch(name)).toBe(name);
  });
});

describe('a source on this machine', () => {
  let world: StoreWorld;
  beforeEach(() => {
    world = new StoreWorld(testGitStore);
  });
  afterEach(() => world.close());

  const load = (source = world.source) => world.store.importProject({ projectId: 'project', source, branch: 'main' });

  test('may be bare, a linked worktree, or belong to another user', async () => {
    const head = commitFiles(world.source, { a: '1' });
    const bare = join(world.dir, 'bare.git');
    git(world.dir, 'clone', '--quiet', '--bare', world.source, bare);
    git(world.source, 'worktree', 'add', '--quiet', join(world.dir, 'linked'));
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '12345', bare]);
    expect(await world.store.inspect(bare)).toMatchObject({ source: bare, defaultBranch: 'main', head, name: 'bare' });
    expect(await world.store.inspect(join(world.dir, 'linked'), 'main')).toMatchObject({ head });
    expect((await load(bare)).head).toBe(head);
    expect((await world.store.fetchSource({ projectId: 'project', source: bare, branch: 'main' })).head).toBe(head);
  });

  test('is not changed by being inspected, imported and fetched, and none of its hooks runs', async () => {
    commitFiles(world.source, { a: '1' });
    for (const hook of ['reference-transaction', 'post-checkout', 'pre-auto-gc']) {
      mkdirSync(join(world.source, '.git/hooks'), { recursive: true });
      writeFileSync(join(world.source, '.git/hooks', hook), `#!/bin/sh\ntouch '${world.dir}/ran'\n`, { mode: 0o755 });
    }
    const list = () => execFileSync('find', [world.source, '-printf', '%p %s %T@\n'], { encoding: 'utf8' });
    const before = list();
    const { source } = await world.store.inspect(world.source);
    await load(source);
    await world.store.fetchSource({ projectId: 'project', source, branch: 'main' });
    expect(list()).toBe(before);
    expect(existsSync(join(world.dir, 'ran'))).toBe(false);
  });

  test('with a detached HEAD and several branches needs one to be named', async () => {
    commitFiles(world.source, { a: '1' });
    git(world.source, 'branch', '--move', 'one');
    git(world.source, 'branch', 'two');
    git(world.source, 'checkout', '--quiet', '--detach');
    await expect(world.store.inspect(world.source)).rejects.toMatchObject({ message: expect.stringContaining('say which branch') });
    expect(await world.store.inspect(world.source, 'two')).toMatchObject({ defaultBranch: 'two' });
  });

  test('may be a shallow clone; sessions know where its history ends', async () => {
    for (const n of ['1', '2', '3']) commitFiles(world.source, { a: n });
    const shallow = join(world.dir, 'shallow');
    git(world.dir, 'clone', '--quiet', '--depth=1', `file://${world.source}`, shallow);
    const { head } = await load(shallow);
    await world.store.openWorkflow({ projectId: 'project', workflowId: 'wf', base: head });
    const { session, commit } = await world.doTask('task', { b: '1' });
    expect(git(session.worktree, 'log', '--format=%s').split('\n')).toHaveLength(1);
    expect(await world.integrate(session, commit as string)).toMatchObject({ kind: 'integrated' });
    expect(world.git('fsck', '--no-dangling')).toBe('');
  });

  test('may name its objects by SHA-256', async () => {
    const source = join(world.dir, 'sha256');
    mkdirSync(source);
    git(source, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    const head = commitFiles(source, { a: '1' });
    expect((await load(source)).head).toBe(head);
    await world.store.openWorkflow({ projectId: 'project', workflowId: 'wf', base: head });
    const session = await world.open('task');
    const own = commitFiles(session.worktree, { b: '1' });
    const commit = (await world.commit(session, await world.store.snapshot(session))) as string;
    expect(await world.integrate(session, commit)).toEqual({ kind: 'integrated', head: commit });
    await world.store.closeSession(session);
    expect(world.git('rev-parse', 'refs/perennial/kept/wf/task.1.commits')).toBe(own);
  });

  test('is imported under its name only when whole; what a killed import left is removed by the next', async () => {
    commitFiles(world.source, { a: '1' });
    const left = join(world.reposDir, '.project.test-host.4194305.abcd.importing');
    const elsewhere = join(world.reposDir, '.project.other-host.4194305.abcd.importing');
    for (const dir of [left, elsewhere]) putFiles(dir, { HEAD: 'ref: refs/heads/main\n' });
    await load();
    expect(readdirSync(world.reposDir).sort()).toEqual(['.project.other-host.4194305.abcd.importing', 'project.git']);
  });

  test('a repository of ours collects nothing by itself', async () => {
    commitFiles(world.source, { a: '1' });
    await load();
    expect(['gc.auto', 'maintenance.auto', 'receive.autogc'].map((key) => world.git('config', key))).toEqual(['0', 'false', 'false']);
    expect(existsSync(join(world.repository, 'hooks'))).toBe(false);
  });
});

describe('a ref that a killed git left locked', () => {
  let world: StoreWorld;
  beforeEach(() => {
    world = new StoreWorld(testGitStore);
  });
  afterEach(() => world.close());

  function lock(ref: string, ageMs: number): string {
    const path = join(world.repository, `${ref}.lock`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    const then = new Date(Date.now() - ageMs);
    utimesSync(path, then, then);
    return path;
  }

  test('is freed for an integration, a fetch and a checkpoint', async () => {
    await world.begin();
    const { session, commit } = await world.doTask('task', { b: '1' });
    const locks = ['refs/heads/perennial/wf/integration', 'refs/perennial/source/main', 'refs/perennial/checkpoint/wf.task.1/1'].map(
      (ref) => lock(ref, 60_000),
    );
    await world.integrate(session, commit as string);
    const head = commitFiles(world.source, { c: '1' });
    expect(await world.store.fetchSource({ projectId: 'project', source: world.source, branch: 'main' })).toEqual({ head });
    await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 1 });
    expect(locks.filter((path) => existsSync(path))).toEqual([]);
  });

  test('a fresh lock is waited for until it is old enough to be nobody’s', async () => {
    await world.begin();
    const { session, commit } = await world.doTask('task', { b: '1' });
    const begun = Date.now();
    lock('refs/heads/perennial/wf/integration', 0);
    await world.integrate(session, commit as string);
    expect(Date.now() - begun).toBeGreaterThan(1_900);
  });
});

describe('the source of a project', () => {
  test('that has no repository any more is told as a missing project', async () => {
    const world = new StoreWorld(testGitStore);
    try {
      initSource(join(world.dir, 'x'));
      expect(() => world.store.readablePaths('nobody')).toThrow(expect.objectContaining({ code: 'not-found' }));
    } finally {
      world.close();
    }
  });
});
