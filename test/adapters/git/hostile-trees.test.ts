import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Session } from '../../../src/ports/store.js';
import { commitFiles, git, initSource, putFiles, StoreWorld } from '../../conformance/store-world.js';
import { testGitStore } from './test-git-store.js';

/** Trees as an agent may leave them. What is planted writes a line to `ran`. */
describe('a hostile tree', () => {
  let world: StoreWorld;
  let ran: string;
  beforeEach(() => {
    world = new StoreWorld(testGitStore);
    ran = join(world.dir, 'ran');
  });
  afterEach(() => world.close());

  const filesOf = (tree: string) => world.git('ls-tree', '-r', '-z', '--name-only', tree).split('\0').filter(Boolean);

  function plant(repository: string, worktree = repository): void {
    const program = join(world.dir, 'program');
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${ran}'\ncat\n`);
    chmodSync(program, 0o755);
    const gitDir = existsSync(join(repository, '.git')) ? join(repository, '.git') : repository;
    mkdirSync(join(gitDir, 'hooks'), { recursive: true });
    for (const hook of ['pre-commit', 'post-index-change', 'reference-transaction', 'post-checkout', 'fsmonitor-watchman', 'pre-auto-gc']) {
      writeFileSync(join(gitDir, 'hooks', hook), readFileSync(program));
      chmodSync(join(gitDir, 'hooks', hook), 0o755);
    }
    const settings = [
      ...['core.fsmonitor', 'diff.external', 'diff.evil.textconv', 'diff.evil.command', 'filter.evil.clean', 'filter.evil.smudge'],
      ...['filter.evil.process', 'merge.evil.driver', 'core.sshCommand', 'uploadpack.packObjectsHook', 'core.pager', 'core.editor'],
      ...['core.alternateRefsCommand', 'gpg.program', 'credential.helper', 'submodule.x.update'],
    ];
    const config = settings.map((setting) => {
      const [section, ...rest] = setting.split('.');
      const name = rest.pop() as string;
      return `[${section}${rest.length ? ` "${rest.join('.')}"` : ''}]\n\t${name} = ${program}\n`;
    });
    writeFileSync(join(gitDir, 'config'), config.join(''), { flag: 'a' });
    putFiles(worktree, { '.gitattributes': '* filter=evil diff=evil merge=evil\n' });
  }

  async function wholeLife(session: Session): Promise<void> {
    await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 1 });
    const tree = await world.store.snapshot(session);
    await world.open(session.ref.taskId, { epoch: 2 });
    await world.store.restore(session, tree);
    await world.store.keep(session);
    const commit = (await world.commit(session, tree)) as string;
    await world.integrate(session, commit);
    await world.store.closeSession(session);
  }

  test('runs nothing that is planted in it, in its repository or in a nested one', async () => {
    await world.begin({ a: '1', 'lib/b': '1' });
    const beside = await world.doTask('beside', { beside: 'x' });
    const session = await world.open('task');
    plant(session.worktree);
    putFiles(session.worktree, { a: '2' });
    git(
      session.worktree,
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'core.fsmonitor=false',
      '-c',
      'filter.evil.clean=cat',
      '-c',
      'filter.evil.process=',
      'commit',
      '-qam',
      'own',
    );
    rmSync(ran, { force: true });
    for (const folder of ['nested', 'lib']) {
      initSource(join(session.worktree, folder));
      commitFiles(join(session.worktree, folder), { [`${folder}.txt`]: '1' });
      plant(join(session.worktree, folder));
    }
    await world.integrate(beside.session, beside.commit as string);
    await wholeLife(session);
    expect(existsSync(ran) ? readFileSync(ran, 'utf8') : 'nothing').toBe('nothing');
    expect(world.git('show', 'perennial/wf/integration:a')).toBe('2');
  });

  test('the programs that are planted would run in a git that trusts the tree', async () => {
    await world.begin({ a: '1' });
    const session = await world.open('task');
    plant(session.worktree);
    putFiles(session.worktree, { a: '2' });
    git(session.worktree, 'status');
    expect(readFileSync(ran, 'utf8')).toContain('program');
  });

  test('runs nothing in a submodule that the agent filled, and the submodule stays at its commit', async () => {
    initSource(join(world.dir, 'library'));
    const pinned = commitFiles(join(world.dir, 'library'), { l: '1' });
    commitFiles(world.source, { a: '1' });
    git(world.source, 'submodule', '--quiet', 'add', join(world.dir, 'library'), 'deps/library');
    await world.begin();
    const session = await world.open('task');
    const submodule = join(session.worktree, 'deps/library');
    initSource(submodule);
    commitFiles(submodule, { l: '2' });
    plant(submodule);
    putFiles(session.worktree, { a: '2' });
    rmSync(ran, { force: true });
    await wholeLife(session);
    expect(existsSync(ran)).toBe(false);
    expect(world.git('ls-tree', 'perennial/wf/integration', 'deps/library')).toContain(`160000 commit ${pinned}`);
    const other = await world.open('other');
    rmSync(join(other.worktree, 'deps'), { recursive: true });
    expect(world.git('ls-tree', await world.store.snapshot(other), 'deps/library')).toContain(pinned);
  });

  test('files in the place of a submodule are committed', async () => {
    initSource(join(world.dir, 'library'));
    commitFiles(join(world.dir, 'library'), { l: '1' });
    commitFiles(world.source, { a: '1' });
    for (const path of ['one', 'two']) git(world.source, 'submodule', '--quiet', 'add', join(world.dir, 'library'), path);
    await world.begin();
    const session = await world.open('task');
    rmSync(join(session.worktree, 'one'), { recursive: true });
    putFiles(session.worktree, { one: 'a file', 'two/inside': 'a file' });
    expect(filesOf(await world.store.snapshot(session))).toEqual(['.gitmodules', 'a', 'one', 'readme.md', 'two/inside']);
  });

  test('nested repositories become ordinary files, with and without commits and in each other', async () => {
    await world.begin({ '.gitignore': '*.log\n', 'tracked/x': '1' });
    const session = await world.open('task');
    for (const path of ['with', 'without', 'with/deep', 'tracked', 'empty']) initSource(join(session.worktree, path));
    putFiles(session.worktree, { 'with/a': '1', 'without/b': '1', 'with/deep/c': '1', 'with/noise.log': '', 'tracked/y': '2' });
    for (const path of ['with/deep', 'tracked']) git(join(session.worktree, path), 'commit', '-q', '--allow-empty', '-m', 'x');
    git(join(session.worktree, 'with'), 'add', 'a');
    git(join(session.worktree, 'with'), 'commit', '-qm', 'x');
    const files = ['.gitignore', 'readme.md', 'tracked/x', 'tracked/y', 'with/a', 'with/deep/c', 'without/b'];
    const tree = await world.store.snapshot(session);
    expect(filesOf(tree)).toEqual(files.filter((file) => file !== 'readme.md'));
    putFiles(session.worktree, { 'with/deep/c': '2', 'with/new': '1' });
    rmSync(join(session.worktree, 'without/b'));
    expect(filesOf(await world.store.snapshot(session))).toEqual([
      '.gitignore',
      'tracked/x',
      'tracked/y',
      'with/a',
      'with/deep/c',
      'with/new',
    ]);
    await world.store.restore(session, tree);
    expect(await world.store.snapshot(session)).toBe(tree);
    await world.store.restore(session, await world.store.treeOf('project', session.base));
    expect(existsSync(join(session.worktree, 'with'))).toBe(false);
  });

  test('any name that git can hold is stored, and links stay links', async () => {
    await world.begin({ 'dir/a': '1' });
    const session = await world.open('task');
    const names = ['with space', 'new\nline', 'ünïcödé', '-rf', '--help', ':(top)x', '*', 'a"b', "a'b", 'a\\b', '!x', '#x', 'tab\tx'];
    putFiles(session.worktree, Object.fromEntries(names.map((name) => [name, '1'])));
    writeFileSync(Buffer.concat([Buffer.from(`${session.worktree}/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8');
    rmSync(join(session.worktree, 'dir'), { recursive: true });
    symlinkSync('/etc', join(session.worktree, 'dir'));
    symlinkSync('/etc/passwd', join(session.worktree, 'link'));
    execFileSync('mkfifo', [join(session.worktree, 'pipe')]);
    const tree = await world.store.snapshot(session);
    expect(world.git('ls-tree', '-r', tree).split('\n')).toHaveLength(names.length + 3);
    expect(world.git('cat-file', 'blob', `${tree}:link`)).toBe('/etc/passwd');
    expect(world.git('cat-file', 'blob', `${tree}:dir`)).toBe('/etc');
    await world.store.restore(session, await world.store.treeOf('project', session.base));
    await world.store.restore(session, tree);
    expect(await world.store.snapshot(session)).toBe(tree);
  });

  test('a name that would be a git folder elsewhere is refused with its name', async () => {
    await world.begin();
    const session = await world.open('task');
    putFiles(session.worktree, { 'git~1': 'x' });
    await expect(world.store.snapshot(session)).rejects.toMatchObject({ code: 'tree-refused', message: expect.stringContaining('git~1') });
    await world.store.closeSession(session);
    expect(existsSync(session.worktree)).toBe(false);
  });

  test('the own commits of an agent are kept beside the one commit of its step', async () => {
    await world.begin();
    const session = await world.open('task');
    for (const n of ['1', '2']) commitFiles(session.worktree, { [`own-${n}`]: n }, `own ${n}`);
    git(session.worktree, 'gc', '--quiet');
    const own = commitFiles(session.worktree, { 'own-3': '3' }, 'own 3');
    const commit = (await world.commit(session, await world.store.snapshot(session))) as string;
    await world.store.closeSession(session);
    expect(world.git('rev-parse', 'refs/perennial/kept/wf/task.1.commits')).toBe(own);
    expect(world.git('log', '--format=%s', `${session.base}..${own}`).split('\n')).toEqual(['own 3', 'own 2', 'own 1']);
    expect(world.git('rev-list', '--count', `${session.base}..${commit}`)).toBe('1');
    expect(world.git('fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('commits that are broken, or lead to objects of others, do not enter the trusted repository', async () => {
    await world.begin();
    const secret = join(world.dir, 'secret');
    initSource(secret);
    const foreign = commitFiles(secret, { key: 'secret' });
    const tasks = {
      alternates: (objects: string) => writeFileSync(join(objects, 'info/alternates'), `${join(secret, '.git/objects')}\n`, { flag: 'a' }),
      link: (objects: string) => {
        for (const name of git(secret, 'rev-list', '--all', '--objects')
          .split(/\s+/)
          .filter((word) => word.length === 40)) {
          mkdirSync(join(objects, name.slice(0, 2)), { recursive: true });
          symlinkSync(join(secret, '.git/objects', name.slice(0, 2), name.slice(2)), join(objects, name.slice(0, 2), name.slice(2)));
        }
      },
      pipe: (objects: string) => {
        mkdirSync(join(objects, foreign.slice(0, 2)));
        execFileSync('mkfifo', [join(objects, foreign.slice(0, 2), foreign.slice(2))]);
      },
    };
    for (const [task, prepare] of Object.entries(tasks)) {
      const session = await world.open(task);
      prepare(join(session.worktree, '.git/objects'));
      writeFileSync(join(session.worktree, '.git/HEAD'), `${foreign}\n`);
      putFiles(session.worktree, { done: task });
      await world.store.closeSession(session);
      expect(existsSync(session.worktree)).toBe(false);
    }
    expect(() => world.git('cat-file', '-e', foreign)).toThrow();
    expect(
      world
        .git('for-each-ref', '--format=%(refname)')
        .split('\n')
        .filter((name) => name.endsWith('.commits')),
    ).toEqual([]);
  });

  test('a repository of the agent that is gone, a link or a pipe is made anew when its tree is used again', async () => {
    await world.begin();
    const outside = join(world.dir, 'outside');
    mkdirSync(outside);
    const spoil = [
      (gitDir: string) => rmSync(gitDir, { recursive: true }),
      (gitDir: string) => {
        rmSync(gitDir, { recursive: true });
        symlinkSync(outside, gitDir);
      },
      (gitDir: string) => {
        rmSync(join(gitDir, 'HEAD'));
        execFileSync('mkfifo', [join(gitDir, 'HEAD')]);
        rmSync(join(gitDir, 'refs/heads'), { recursive: true });
        symlinkSync(outside, join(gitDir, 'refs/heads'));
      },
    ];
    for (const [index, spoilIt] of spoil.entries()) {
      const session = await world.open(`task-${index}`);
      spoilIt(join(session.worktree, '.git'));
      await world.store.snapshot(session);
      await world.open(`task-${index}`, { epoch: 2 });
      expect(git(session.worktree, 'status', '--porcelain', '--branch')).toBe(`## perennial/wf/step/task-${index}`);
    }
    expect(execFileSync('ls', ['-A', outside], { encoding: 'utf8' })).toBe('');
  });

  test('locks and a half-done merge in the repository of the agent go when its tree is used again, and its HEAD is that of the checkpoint', async () => {
    await world.begin({ a: '1' });
    const session = await world.open('task');
    const own = commitFiles(session.worktree, { a: 'own' });
    await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 1 });
    commitFiles(session.worktree, { a: 'cut off' });
    for (const name of ['index.lock', 'HEAD.lock', 'refs/heads/x.lock', 'MERGE_HEAD'])
      writeFileSync(join(session.worktree, '.git', name), own);
    const again = await world.open('task', { epoch: 2 });
    expect(git(again.worktree, 'rev-parse', 'HEAD')).toBe(own);
    expect(git(again.worktree, 'status', '--porcelain')).toBe('');
    const elsewhere = await world.open('task', { epoch: 3, canReuseTree: false });
    expect(git(elsewhere.worktree, 'log', '-1', '--format=%H %s')).toBe(`${own} A commit`);
  });

  test('content in the place of an LFS pointer is refused, a changed pointer and other files are not', async () => {
    const pointer = (n: number) => `version https://git-lfs.github.com/spec/v1\noid sha256:${String(n).repeat(64)}\nsize 12\n`;
    await world.begin({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.bin': pointer(1), 'b.txt': '1' });
    const pointers = await world.doTask('pointers', { 'a.bin': pointer(2), 'b.txt': '2' });
    expect(pointers.commit).toBeDefined();
    await expect(world.doTask('content', { 'a.bin': 'the content' })).rejects.toMatchObject({
      code: 'lfs-content',
      details: { files: ['a.bin'] },
    });
  });

  test('files and folders that their owner may not read are stored and removed all the same', async () => {
    await world.begin();
    const session = await world.open('task');
    putFiles(session.worktree, { 'closed/a': '1', b: '1' });
    chmodSync(join(session.worktree, 'b'), 0);
    chmodSync(join(session.worktree, 'closed'), 0o500);
    expect(filesOf(await world.store.snapshot(session))).toEqual(['b', 'closed/a', 'readme.md']);
    await world.store.closeSession(session);
    expect(existsSync(session.worktree)).toBe(false);
  });

  test('a huge ignored folder is kept on restore', async () => {
    await world.begin({ '.gitignore': 'node_modules/\n', a: '1' });
    const session = await world.open('task');
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`node_modules/p${n % 50}/f${n}`, 'x']));
    putFiles(session.worktree, many);
    renameSync(join(session.worktree, 'a'), join(session.worktree, 'b'));
    await world.open('task', { epoch: 2 });
    expect(readFileSync(join(session.worktree, 'a'), 'utf8')).toBe('1');
    expect(
      execFileSync('find', [join(session.worktree, 'node_modules'), '-type', 'f'], { encoding: 'utf8' })
        .trim()
        .split('\n'),
    ).toHaveLength(3_000);
  });
});
