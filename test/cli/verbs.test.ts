import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { perennial, start } from './support/command.js';
import { acceptWorkflow, type WorkflowLife } from './support/life.js';
import { createTestStudio, type TestStudio } from './support/studio.js';

/** Each call of the command is a process of its own. */
jest.setTimeout(60_000);

let studio: TestStudio;
let done: WorkflowLife;
let waiting: WorkflowLife;
beforeAll(async () => {
  studio = await createTestStudio();
  await studio.open();
  const shop = await studio.addProject('shop');
  done = await acceptWorkflow(studio.repositories, shop, 'donedonedonedone', 'format');
  await done.begin();
  await done.work('format');
  await done.complete('format');
  await done.end('completed');
  waiting = await acceptWorkflow(studio.repositories, shop, 'waitwaitwaitwait', 'docs', 'after');
  await waiting.begin();
  await waiting.work('docs');
  const error = { code: 'command-failed', message: 'exit code 1: npm run\ndocs' };
  await waiting.change('docs', 'waiting', { waitingFor: 'failed', error });
});
afterAll(() => studio.end());

describe('project', () => {
  test('add takes a path from where it is called, and shows warnings on stderr', async () => {
    const adding = start(studio.home, ['project', 'add', 'run', '--name', 'here', '--branch', 'trunk', '--json'], studio.home);
    const { code, stdout, stderr } = await adding.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'here', defaultBranch: 'trunk', source: `${studio.home}/run` });
    expect(stderr).toContain('uses submodules');
  });

  test.each(['https://example.org/shop.git', 'git@example.org:shop.git'])('add leaves %s as it is', async (url) => {
    const { stdout } = await perennial(studio.home, 'project', 'add', url, '--name', url, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ source: url });
  });

  test('add of what is no repository is refused with 4, saying why', async () => {
    const { code, stdout, stderr } = await perennial(studio.home, 'project', 'add', '/src/missing');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('source-refused: "/src/missing" is no git repository');
  });

  test('list aligns its columns under titles', async () => {
    const { stdout } = await perennial(studio.home, 'project', 'list');
    const [titles, first] = stdout.split('\n') as [string, string];
    expect(titles).toMatch(/^ID +NAME +BRANCH +STORE +SOURCE$/);
    expect(first.indexOf('/src/shop')).toBe(titles.indexOf('SOURCE'));
  });
});

describe('list and show', () => {
  test('list tells status, progress and name; newest first', async () => {
    const { stdout } = await perennial(studio.home, 'list', '--project', 'shop');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[1]).toMatch(/^waitwaitwaitwait {2}running, waits {2}0\/2 .* plan of waitwaitwaitwait$/);
    expect(lines[2]).toMatch(/^donedonedonedone {2}completed {6}.*1\/1 .* plan of donedonedonedone$/);
  });

  test('list shows one status only, and no more than wanted', async () => {
    const completed = JSON.parse((await perennial(studio.home, 'list', '--status', 'completed', '--json')).stdout);
    expect(completed.items.map(({ id }: { id: string }) => id)).toEqual([done.id]);
    const { stdout, stderr } = await perennial(studio.home, 'list', '--limit', '1');
    expect(stdout).not.toContain(done.id);
    expect(stderr).toContain('--limit shows more');
  });

  test('show tells why a step waits, in one line, what a person can do, and how to look at the result', async () => {
    const { code, stdout } = await perennial(studio.home, 'show', 'wait');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^docs +waiting +1 .*waits: failed$/m);
    expect(stdout).toMatch(/^ *docs waiting: exit code 1: npm run docs$/m);
    expect(stdout).toContain(`only \`perennial cancel ${waiting.id}\` moves`);
    expect(stdout).toMatch(/^steps +1 pending, 1 waiting$/m);
    expect(stdout).toContain(`git --git-dir ${studio.home}/repos/`);
  });

  test('a reader who closes the pipe early is no failure', async () => {
    const listing = start(studio.home, ['list']);
    listing.child.stdout?.destroy();
    const { code, stderr } = await listing.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('cancel', () => {
  test('of a workflow that has ended otherwise is refused with 4', async () => {
    const { code, stderr } = await perennial(studio.home, 'cancel', 'done');
    expect(code).toBe(4);
    expect(stderr).toContain('wrong-state: workflow donedonedonedone is completed');
  });

  test('of one that never began ends it, with the reason', async () => {
    const never = await acceptWorkflow(studio.repositories, await studio.addProject('shop'), 'neverneverneverb', 'a');
    const { code, stdout } = await perennial(studio.home, 'cancel', never.id, '--reason', 'wrong plan', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled', reason: 'wrong plan' });
  });
});

describe('log', () => {
  test('prints the bytes of the last attempt, or its last lines', async () => {
    studio.logs.set(`${done.id}/format.1`, 'one\ntwo\nthree');
    expect((await perennial(studio.home, 'log', 'done', 'format')).stdout).toBe('one\ntwo\nthree');
    expect((await perennial(studio.home, 'log', 'done', 'format', '--tail', '2')).stdout).toBe('two\nthree');
  });

  test('--json gives one document with the text', async () => {
    studio.logs.set(`${done.id}/format.1`, 'one\n');
    const { stdout } = await perennial(studio.home, 'log', 'done', 'format', '--json');
    expect(JSON.parse(stdout)).toEqual({ workflowId: done.id, taskId: 'format', attempt: 1, text: 'one\n' });
  });

  test('--follow prints what comes, of later attempts too, until the step is settled', async () => {
    const life = await acceptWorkflow(studio.repositories, await studio.addProject('shop'), 'followfollowfoll', 'a');
    await life.begin();
    const following = start(studio.home, ['log', life.id, 'a', '--follow']);
    await life.work('a');
    studio.logs.set(`${life.id}/a.1`, 'first\n');
    await following.printed('first\n');
    studio.logs.set(`${life.id}/a.1`, 'first\nmore\n');
    await life.change('a', 'pending');
    await life.work('a', { attempt: 2 });
    studio.logs.set(`${life.id}/a.2`, 'second\n');
    await following.printed('second\n');
    await life.change('a', 'failed', { attempt: 2, error: { code: 'command-failed', message: 'exit code 1' } });
    const { code, stdout, stderr } = await following.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'first\nmore\nsecond\n' });
    expect(stderr).toContain('attempt 2');
  });
});
