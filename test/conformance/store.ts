import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commitFiles, git, type MakeStore, putFiles, StoreWorld } from './store-world.js';

/** What every store promises. `make` gives a store on the folders handed to it. */
export function storeConformance(name: string, make: MakeStore): void {
  describe(`the store of ${name}`, () => {
    let world: StoreWorld;
    beforeEach(() => {
      world = new StoreWorld(make);
    });
    afterEach(() => world.close());

    describe('sources', () => {
      test('an inspected source is told by real path, branch, head and name', async () => {
        const head = commitFiles(world.source, { a: '1' });
        expect(await world.store.inspect(`${world.source}/../source`)).toEqual({
          source: world.source,
          defaultBranch: 'main',
          head,
          name: 'source',
        });
      });

      test('a repository without a commit, a folder without a repository, and an unknown branch are refused', async () => {
        await expect(world.store.inspect(world.source)).rejects.toMatchObject({ code: 'source-refused', kind: 'rejected' });
        commitFiles(world.source, { a: '1' });
        await expect(world.store.inspect(world.dir)).rejects.toMatchObject({ code: 'source-refused' });
        await expect(world.store.inspect(world.source, 'nowhere')).rejects.toMatchObject({ code: 'source-refused' });
      });

      test('an import that is repeated, also at the same time, gives the same head', async () => {
        const head = commitFiles(world.source, { a: '1' });
        const project = { projectId: 'project', source: world.source, branch: 'main' };
        const results = await Promise.all([world.store.importProject(project), make(world).store.importProject(project)]);
        expect([...results, await world.store.importProject(project)]).toEqual([1, 2, 3].map(() => ({ head, warnings: [] })));
      });

      test('submodules and LFS files of a source are warned of', async () => {
        commitFiles(world.source, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', '.gitmodules': '[submodule "x"]\n' });
        const { warnings } = await world.store.importProject({ projectId: 'project', source: world.source, branch: 'main' });
        expect(warnings).toEqual([expect.stringContaining('.gitmodules'), expect.stringContaining('LFS')]);
      });

      test('the default branch follows the source by fast-forward only, and the fetched head always', async () => {
        const { base } = await world.begin();
        const project = { projectId: 'project', source: world.source, branch: 'main' };
        const ahead = commitFiles(world.source, { b: '2' });
        expect(await world.store.fetchSource(project)).toEqual({ head: ahead });
        expect(world.git('rev-parse', 'refs/heads/main')).toBe(ahead);
        git(world.source, 'reset', '--quiet', '--hard', base);
        const aside = commitFiles(world.source, { c: '3' });
        expect(await world.store.fetchSource(project)).toEqual({ head: aside });
        expect(world.git('rev-parse', 'refs/heads/main', 'refs/perennial/source/main').split('\n')).toEqual([ahead, aside]);
      });

      test('a source that is gone is unavailable, and what was fetched stays', async () => {
        const { base } = await world.begin();
        rmSync(world.source, { recursive: true });
        const project = { projectId: 'project', source: world.source, branch: 'main' };
        await expect(world.store.fetchSource(project)).rejects.toMatchObject({ kind: 'unavailable' });
        expect(await world.store.importProject(project)).toEqual({ head: base, warnings: [] });
      });
    });

    describe('sessions', () => {
      test('a session has the files of the integration head, and a repository of its own for the agent', async () => {
        const { base } = await world.begin({ 'src/a.txt': 'one\n' });
        const session = await world.open('task');
        expect(session).toMatchObject({ base, branch: 'perennial/wf/step/task' });
        expect(readFileSync(join(session.worktree, 'src/a.txt'), 'utf8')).toBe('one\n');
        expect(git(session.worktree, 'status', '--porcelain', '--branch')).toBe('## perennial/wf/step/task');
        expect(git(session.worktree, 'log', '--format=%H')).toBe(base);
        expect(session.worktree.startsWith(world.worktreesDir)).toBe(true);
      });

      test('the base of an attempt stays where it began; a new attempt begins at the present integration head', async () => {
        const { base } = await world.begin();
        await world.open('late');
        const { session, commit } = await world.doTask('early', { b: '2' });
        await world.integrate(session, commit as string);
        expect(await world.open('late', { epoch: 2 })).toMatchObject({ base });
        expect(await world.open('late', { attempt: 2 })).toMatchObject({ base: commit });
      });

      test('a session of a workflow that was never opened is refused', async () => {
        await world.begin();
        const ref = { workflowId: 'other', taskId: 'task', attempt: 1, epoch: 1 };
        await expect(world.store.openSession({ projectId: 'project', ref, canReuseTree: false })).rejects.toMatchObject({
          code: 'not-found',
        });
      });

      test('a tree that is used again is at the last checkpoint, with its ignored files', async () => {
        await world.begin({ '.gitignore': 'cache/\n', a: '1', gone: 'x' });
        const session = await world.open('task');
        putFiles(session.worktree, { a: '2', 'cache/big': 'ignored', made: 'in command 1' });
        await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 5 });
        putFiles(session.worktree, { a: '3', 'dir/new': 'cut off', 'cache/more': 'ignored' });
        rmSync(join(session.worktree, 'gone'));
        const again = await world.open('task', { epoch: 2 });
        expect(again.worktree).toBe(session.worktree);
        const read = (path: string) => existsSync(join(again.worktree, path)) && readFileSync(join(again.worktree, path), 'utf8');
        const files = ['a', 'made', 'gone', 'dir/new', 'cache/big', 'cache/more'].map(read);
        expect(files).toEqual(['2', 'in command 1', 'x', false, 'ignored', 'ignored']);
        expect(existsSync(join(again.worktree, 'dir'))).toBe(false);
      });

      test('a tree that cannot be used again stays as it is, and another one is made from the last checkpoint', async () => {
        await world.begin({ a: '1' });
        const session = await world.open('task');
        putFiles(session.worktree, { a: '2' });
        await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 5 });
        putFiles(session.worktree, { a: '3' });
        const other = await world.open('task', { epoch: 2, canReuseTree: false });
        expect(other.worktree).not.toBe(session.worktree);
        expect(readFileSync(join(other.worktree, 'a'), 'utf8')).toBe('2');
        expect(readFileSync(join(session.worktree, 'a'), 'utf8')).toBe('3');
        expect((await world.open('task', { epoch: 3 })).worktree).toBe(other.worktree);
      });

      test('closing keeps what no commit or checkpoint holds, and removes the trees of all epochs', async () => {
        await world.begin({ a: '1' });
        const first = await world.open('task');
        putFiles(first.worktree, { a: 'first' });
        const second = await world.open('task', { epoch: 2, canReuseTree: false });
        putFiles(second.worktree, { a: 'second' });
        await world.store.closeSession(second);
        await world.store.closeSession(second);
        expect(existsSync(join(world.worktreesDir, 'wf'))).toBe(false);
        expect(world.git('show', 'refs/perennial/kept/wf/task.1:a')).toBe('second');
        expect(world.git('show', 'refs/perennial/kept/wf/task.1.1:a')).toBe('first');
      });

      test('closing a session whose work is committed keeps nothing more', async () => {
        await world.begin();
        const { session } = await world.doTask('task', { b: '2' });
        await world.store.closeSession(session);
        expect(world.git('for-each-ref', 'refs/perennial/kept')).toBe('');
      });

      test('keep names a ref with the present state, and nothing when it is the base', async () => {
        await world.begin({ a: '1' });
        const session = await world.open('task');
        expect(await world.store.keep(session)).toBeUndefined();
        putFiles(session.worktree, { a: '2' });
        const ref = await world.store.keep(session);
        expect(await world.store.keep(session)).toBe(ref);
        expect(world.git('show', `${ref}:a`)).toBe('2');
        putFiles(session.worktree, { a: '3' });
        await world.store.keep(session);
        expect(world.git('log', '--format=%s', '--max-count=3', ref as string).split('\n')).toHaveLength(3);
      });

      test('the readable paths hold every object that a worktree does not', async () => {
        await world.begin();
        const session = await world.open('task');
        const alternates = readFileSync(join(session.worktree, '.git/objects/info/alternates'), 'utf8').trim();
        expect(world.store.readablePaths('project')).toEqual([alternates]);
      });
    });

    describe('checkpoints', () => {
      test('checkpoints are listed in order, and one that is there stays', async () => {
        await world.begin({ a: '1' });
        const session = await world.open('task');
        expect(await world.store.checkpoints(session)).toEqual([]);
        putFiles(session.worktree, { a: '2' });
        const first = await world.store.saveCheckpoint(session, 1, { exitCode: 0, durationMs: 12 });
        putFiles(session.worktree, { a: '3' });
        const second = await world.store.saveCheckpoint(session, 2, { exitCode: 7, durationMs: 3 });
        expect(await world.store.saveCheckpoint(session, 1, { exitCode: 1, durationMs: 0 })).toEqual(first);
        expect(await world.store.checkpoints(session)).toEqual([first, second]);
        expect(second).toMatchObject({ n: 2, exitCode: 7, durationMs: 3, tree: await world.store.snapshot(session) });
      });

      test('restore puts files back to a tree', async () => {
        await world.begin({ a: '1', 'b/c': '1' });
        const session = await world.open('task');
        const tree = await world.store.snapshot(session);
        rmSync(join(session.worktree, 'b'), { recursive: true });
        writeFileSync(join(session.worktree, 'b'), 'a file in the place of a folder');
        rmSync(join(session.worktree, 'a'));
        mkdirSync(join(session.worktree, 'a'));
        await world.store.restore(session, tree);
        expect(await world.store.snapshot(session)).toBe(tree);
        expect(readFileSync(join(session.worktree, 'b/c'), 'utf8')).toBe('1');
      });
    });

    describe('commits', () => {
      test('a step has one commit with its trailers, author and date, found again by a repeat', async () => {
        const { base } = await world.begin();
        const { session, commit } = await world.doTask('task', { b: '2' });
        expect(await world.commit(session, await world.store.snapshot(session))).toBe(commit);
        expect(world.git('log', '-1', '--format=%an <%ae>|%cn <%ce>|%ct|%P|%s', commit as string)).toBe(
          `script via Perennial <agent@perennial.invalid>|Perennial <perennial@perennial.invalid>|1893553445|${base}|A change`,
        );
        expect(world.git('log', '-1', '--format=%(trailers:only)', commit as string)).toBe(
          'Perennial-Workflow: wf\nPerennial-Step: task\nPerennial-Attempt: 1',
        );
        expect(world.git('rev-parse', session.branch)).toBe(commit);
      });

      test('a step that changed nothing has no commit', async () => {
        const { base } = await world.begin();
        const session = await world.open('task');
        expect(await world.commit(session, await world.store.snapshot(session))).toBeUndefined();
        expect(await world.store.treeOf('project', base)).toBe(await world.store.snapshot(session));
      });

      test('a title of several lines becomes one, and none at all the id of the task', async () => {
        await world.begin();
        const session = await world.open('task');
        putFiles(session.worktree, { b: '2' });
        const commit = await world.commit(session, await world.store.snapshot(session), 'One\n\nPerennial-Step: forged\u202e');
        expect(world.git('log', '-1', '--format=%s', commit as string)).toBe('One Perennial-Step: forged');
        expect(world.git('log', '-1', '--format=%(trailers:key=Perennial-Step,valueonly)', commit as string)).toBe('task');
        const other = await world.open('other');
        putFiles(other.worktree, { c: '2' });
        expect(world.git('log', '-1', '--format=%s', (await world.commit(other, await world.store.snapshot(other), ' \n')) as string)).toBe(
          'other',
        );
      });

      test('a later attempt takes the branch over, and the earlier commit is kept', async () => {
        await world.begin();
        const { commit: first } = await world.doTask('task', { b: 'first' });
        const { session, commit: second } = await world.doTask('task', { b: 'second' }, 2);
        expect(world.git('rev-parse', session.branch)).toBe(second);
        expect(world.git('rev-parse', 'refs/perennial/kept/wf/task.1.commit')).toBe(first);
      });

      test('an attempt that comes late neither commits nor integrates', async () => {
        await world.begin();
        const first = await world.doTask('task', { b: 'first' });
        await world.doTask('task', { b: 'second' }, 2);
        await expect(world.commit(first.session, await world.store.snapshot(first.session))).rejects.toMatchObject({
          code: 'stale-attempt',
        });
        await expect(world.integrate(first.session, first.commit as string)).rejects.toMatchObject({ code: 'stale-attempt' });
      });

      test('a commit of an earlier attempt that was integrated stays the only one', async () => {
        await world.begin();
        const first = await world.doTask('task', { b: 'first' });
        await world.integrate(first.session, first.commit as string);
        const second = await world.doTask('task', { b: 'second' }, 2);
        expect(second.commit).toBe(first.commit);
      });
    });

    describe('integration', () => {
      test('a commit that follows the head is a fast-forward, and found again', async () => {
        await world.begin();
        const { session, commit } = await world.doTask('task', { b: '2' });
        const integrated = { kind: 'integrated', head: commit };
        expect(await world.integrate(session, commit as string)).toEqual(integrated);
        expect(await world.integrate(session, commit as string)).toEqual(integrated);
        expect(await world.store.integrationHead({ projectId: 'project', workflowId: 'wf' })).toBe(commit);
      });

      test('a commit beside the head is merged, by a commit that names the task but is not its own', async () => {
        await world.begin();
        const one = await world.doTask('one', { b: '2' });
        const two = await world.doTask('two', { c: '3' });
        await world.integrate(one.session, one.commit as string);
        const merged = await world.integrate(two.session, two.commit as string);
        expect(await world.integrate(two.session, two.commit as string)).toEqual(merged);
        const head = await world.store.integrationHead({ projectId: 'project', workflowId: 'wf' });
        expect(merged).toEqual({ kind: 'integrated', head });
        expect(world.git('log', '-1', '--format=%P|%(trailers:only,separator=%x2C)', head as string)).toBe(
          `${one.commit} ${two.commit}|Perennial-Workflow: wf,Perennial-Merges: two`,
        );
        expect(world.git('ls-tree', '--name-only', head as string).split('\n')).toEqual(['b', 'c', 'readme.md']);
      });

      test('a conflict names its files and moves nothing', async () => {
        await world.begin({ 'über "a".txt': '1\n', b: '1\n' });
        const one = await world.doTask('one', { 'über "a".txt': '2\n' });
        const two = await world.doTask('two', { 'über "a".txt': '3\n', b: '2\n' });
        const { head } = (await world.integrate(one.session, one.commit as string)) as { head: string };
        expect(await world.integrate(two.session, two.commit as string)).toEqual({ kind: 'conflict', files: ['über "a".txt'] });
        expect(await world.store.integrationHead({ projectId: 'project', workflowId: 'wf' })).toBe(head);
      });

      test('a workflow that is opened again stays where it is', async () => {
        const { base } = await world.begin();
        const { session, commit } = await world.doTask('task', { b: '2' });
        await world.integrate(session, commit as string);
        await world.store.openWorkflow({ projectId: 'project', workflowId: 'wf', base });
        expect(await world.store.integrationHead({ projectId: 'project', workflowId: 'wf' })).toBe(commit);
        expect(await world.store.integrationHead({ projectId: 'project', workflowId: 'none' })).toBeUndefined();
      });
    });
  });
}
