import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { perennial, type Running, start } from './support/command.js';
import { lifeOf, onlyWorkflow, type WorkflowLife } from './support/life.js';
import { createTestStudio, type TestStudio } from './support/studio.js';

/** Each call of the command is a process of its own. */
jest.setTimeout(60_000);

const PLAN = 'version: 1\nname: tidy up\ntasks:\n  - { id: format, run: ["true"] }\n  - { id: docs, run: ["true"], needs: [format] }\n';

let studio: TestStudio;
let plan: string;
beforeEach(async () => {
  studio = await createTestStudio();
  await studio.open();
  await studio.addProject('shop');
  plan = await studio.file('plan.yaml', PLAN);
});
afterEach(() => studio.end());

const runPlan = (...options: string[]): Running => start(studio.home, ['run', plan, '--project', 'shop', ...options]);

/** A run that is being watched, and the life of its workflow. */
async function watchedRun(...options: string[]): Promise<{ running: Running; life: WorkflowLife }> {
  const running = runPlan(...options);
  await running.said('workflow ');
  const life = lifeOf(studio.repositories, await onlyWorkflow(studio.repositories));
  await life.begin();
  await life.work('format');
  return { running, life };
}

async function completeAll(life: WorkflowLife): Promise<void> {
  await life.complete('format');
  await life.work('docs');
  await life.complete('docs');
  await life.end('completed');
}

describe('a run that completes', () => {
  test('is told line by line on stderr and summed up on stdout, and exits with 0', async () => {
    const { running, life } = await watchedRun();
    await life.command('format', 'npx prettier -w src');
    await running.said('format: npx prettier -w src');
    await completeAll(life);
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d ✓ format completed \(commit feedfac\) in \d+\.\d s$/m);
    expect(stdout).toMatch(/^completed: tidy up \([a-z2-7]{16}\) in \d+\.\d s$/m);
    expect(stdout).toMatch(/steps +2 completed/);
    expect(stdout).toMatch(new RegExp(`git --git-dir ${studio.home}/repos/[a-z2-7]{16}\\.git log perennial/${life.id}/integration`));
    expect(stdout).not.toContain('\u001b');
  });

  test('with --json, stdout is the final workflow document and nothing else', async () => {
    const { running, life } = await watchedRun('--json');
    await completeAll(life);
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: life.id, status: 'completed', counts: { completed: 2 } });
  });

  test('that is detached prints its id and is not waited for', async () => {
    const { code, stdout } = await runPlan('--detach').ended;
    expect(code).toBe(0);
    expect(stdout).toBe(`${await onlyWorkflow(studio.repositories)}\n`);
  });
});

describe('a run that does not complete', () => {
  test('exits with 1 when it fails, and the summary says which step and why', async () => {
    const { running, life } = await watchedRun();
    await life.change('format', 'failed', { error: { code: 'command-failed', message: 'exit code 1: npm test' } });
    await life.change('docs', 'skipped');
    await life.end('failed');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('✗ format failed: exit code 1: npm test');
    expect(stdout).toMatch(/^failed: tidy up/m);
    expect(stdout).toContain('format failed: exit code 1: npm test');
  });

  test('says how a waiting step is moved, goes on watching, and exits with 1 when it was cancelled', async () => {
    const { running, life } = await watchedRun();
    const error = { code: 'command-failed', message: 'exit code 1: npm test' };
    await life.change('format', 'waiting', { waitingFor: 'failed', error });
    await running.said('! format waits: failed: exit code 1: npm test');
    await running.said(`perennial cancel ${life.id}`);
    await life.change('format', 'cancelled');
    await life.end('cancelled', 'enough');
    const { code, stderr } = await running.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('the run is cancelled: enough');
  });
});

describe('a studio that goes away', () => {
  test('while a run is watched is waited for, said once, and watching goes on where it was', async () => {
    const { running, life } = await watchedRun();
    await running.said('format started');
    await studio.close();
    await running.said('the studio is away, still trying');
    await life.complete('format');
    await studio.open();
    await running.said('the studio is back');
    await life.work('docs');
    await life.complete('docs');
    await life.end('completed');
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr.match(/still trying/g)).toHaveLength(1);
    expect(stderr.match(/format started/g)).toHaveLength(1);
    expect(stderr).toContain('✓ format completed');
  });

  test('when a worker dies, the new life of the attempt is told', async () => {
    const { running, life } = await watchedRun();
    await life.work('format', { worker: 'host:2:2' });
    await running.said('format goes on where it was (epoch 2)');
    await completeAll(life);
    expect((await running.ended).stderr).toContain('format: the worker died at it');
  });
});

describe('one key is one workflow', () => {
  test('a plan that could not be taken in is sent again, said once, and is one workflow', async () => {
    studio.loseSource(2);
    const { code, stdout, stderr } = await runPlan('--detach').ended;
    expect(code).toBe(0);
    expect(stderr.match(/trying again for up to 60 s: the source does not answer/g)).toHaveLength(1);
    expect(stdout).toBe(`${await onlyWorkflow(studio.repositories)}\n`);
  });

  test('the same plan again is the same workflow, another plan is refused with 4', async () => {
    const first = await runPlan('--detach', '--key', 'nightly').ended;
    const again = await runPlan('--detach', '--key', 'nightly').ended;
    expect(again.stdout).toBe(first.stdout);
    plan = await studio.file('other.yaml', PLAN.replace('tidy up', 'other'));
    const other = await runPlan('--detach', '--key', 'nightly').ended;
    expect(other.code).toBe(4);
    expect(other.stderr).toContain('idempotency-conflict: ');
  });
});

describe('a plan that is refused', () => {
  test('exits with 4 and shows every place with what is wrong there', async () => {
    plan = await studio.file('bad.yaml', 'version: 1\nname: bad\ntaskz: []\ntasks:\n  - { id: a, needs: [b, c], run: ["true"] }\n');
    const unknownKey = await runPlan().ended;
    expect(unknownKey).toMatchObject({ code: 4, stdout: '' });
    expect(unknownKey.stderr).toContain('plan-refused: ');
    expect(unknownKey.stderr).toMatch(/^ {2}taskz: is not a key/m);
    plan = await studio.file('bad.yaml', 'version: 1\nname: bad\ntasks:\n  - { id: a, needs: [b, c], run: ["true"] }\n');
    const { stderr } = await runPlan('--json').ended;
    expect(stderr).toMatch(/^ {2}tasks\[0\]\.needs\[0\]: no task "b"/m);
    expect(stderr).toMatch(/^ {2}tasks\[0\]\.needs\[1\]: no task "c"/m);
  });

  test('that is no YAML is refused as a whole', async () => {
    plan = await studio.file('bad.yaml', 'a: [');
    expect((await runPlan().ended).stderr).toMatch(/^ {2}\(whole document\): /m);
  });
});

describe('Ctrl-C', () => {
  test('ends the watching alone, says how to see the run, and exits with 130', async () => {
    const { running, life } = await watchedRun();
    await running.said('format started');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain(`the run goes on; \`perennial watch ${life.id}\``);
    expect(await studio.repositories.workflows.find(life.id)).toMatchObject({ status: 'running' });
  });
});

describe('watch', () => {
  test('shows a workflow that has ended from its beginning, and exits as its run did', async () => {
    await runPlan('--detach').ended;
    const life = lifeOf(studio.repositories, await onlyWorkflow(studio.repositories));
    await life.begin();
    await life.end('failed', 'for a test');
    const { code, stdout, stderr } = await perennial(studio.home, 'watch', life.id.slice(0, 4));
    expect(code).toBe(1);
    expect(stderr).toMatch(/▶ the run has started\n.*✗ the run has failed: for a test/);
    expect(stdout).toMatch(/reason +for a test/);
  });

  test('ends when nobody listens to it any more', async () => {
    const { running } = await watchedRun();
    await running.said('format started');
    running.child.stderr?.destroy();
    running.child.stdout?.destroy();
    const life = lifeOf(studio.repositories, await onlyWorkflow(studio.repositories));
    await life.command('format', 'true');
    expect((await running.ended).code).toBe(141);
  });
});
