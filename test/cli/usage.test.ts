import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { perennial } from './support/command.js';
import { createTestStudio, type TestStudio } from './support/studio.js';

/** Each call of the command is a process of its own. */
jest.setTimeout(60_000);

let studio: TestStudio;
beforeAll(async () => {
  studio = await createTestStudio();
});
afterAll(() => studio.end());

describe('help', () => {
  test('the program shows its verbs, its exit codes and an example', async () => {
    const { code, stdout, stderr } = await perennial(studio.home, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Example:\n {2}\$ /);
    expect(stdout).toContain('3  the studio is not reachable');
  });

  test.each(['token', 'project add', 'project list', 'project show', 'run', 'watch', 'list', 'show', 'cancel', 'log'])(
    '%s explains itself with an example and takes --json',
    async (verb) => {
      const { code, stdout, stderr } = await perennial(studio.home, ...verb.split(' '), '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/--json[\s\S]*Example:\n {2}\$ /);
    },
  );

  test('up explains itself with an example', async () => {
    const { code, stdout } = await perennial(studio.home, 'up', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('$ perennial up');
  });

  test('--version prints the version of the package', async () => {
    const { code, stdout } = await perennial(studio.home, '--version');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage exits with 2 and prints nothing on stdout', () => {
  test.each([
    ['no verb at all', []],
    ['an unknown verb', ['lisst']],
    ['an unknown option', ['list', '--loud']],
    ['a status that there is not', ['list', '--status', 'sleeping']],
    ['a limit that is no number', ['list', '--limit', 'all']],
    ['a run without a project', ['run', 'plan.yaml']],
    ['a plan file that cannot be read', ['run', 'no-such-plan.yaml', '--project', 'shop']],
  ])('%s', async (_what, args) => {
    const { code, stdout, stderr } = await perennial(studio.home, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });
});

describe('a studio that is not there exits with 3', () => {
  test('the address that was tried and `npm start` are named', async () => {
    const { code, stdout, stderr } = await perennial(studio.home, 'list');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('http://127.0.0.1:1 (');
    expect(stderr).toContain('npm start');
  });

  test('a home in which no studio ever ran is named', async () => {
    const { code, stderr } = await perennial(`${studio.home}/elsewhere`, 'token');
    expect(code).toBe(3);
    expect(stderr).toContain(`${studio.home}/elsewhere`);
  });
});

test('token prints the secret of the home, with and without a studio', async () => {
  const { code, stdout } = await perennial(studio.home, 'token');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'a-token-of-at-least-thirty-two-characters\n' });
  expect(JSON.parse((await perennial(studio.home, 'token', '--json')).stdout)).toEqual({ token: stdout.trim() });
});
