import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { perennial } from './support/command.js';
import { acceptWorkflow } from './support/life.js';
import { createTestStudio, type TestStudio } from './support/studio.js';

/** Each call of the command is a process of its own. */
jest.setTimeout(60_000);

let studio: TestStudio;
let shop: string;
beforeAll(async () => {
  studio = await createTestStudio();
  await studio.open();
  shop = await studio.addProject('shop');
  await studio.addProject('shop-two');
  await acceptWorkflow(studio.repositories, shop, 'aaaabbbbccccdddd', 'build', 'build-docs', 'test-a', 'test-b');
  await acceptWorkflow(studio.repositories, shop, 'aaaazzzzccccdddd', 'only');
});
afterAll(() => studio.end());

describe('a project', () => {
  test('is found by name, by id and by the beginning of its id', async () => {
    for (const given of ['shop', shop, shop.slice(0, 8)]) {
      const { code, stdout } = await perennial(studio.home, 'project', 'show', given, '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ id: shop, name: 'shop' });
    }
  });

  test('that is not there is refused with 4', async () => {
    const { code, stdout, stderr } = await perennial(studio.home, 'project', 'show', 'sh');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('not-found: there is no project "sh"');
  });
});

describe('a workflow', () => {
  test('is found by an unambiguous beginning of its id', async () => {
    const { code, stdout } = await perennial(studio.home, 'show', 'aaaaz', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'aaaazzzzccccdddd', steps: [{ taskId: 'only' }] });
  });

  test('whose beginning fits several is refused with 2, naming them', async () => {
    const { code, stdout, stderr } = await perennial(studio.home, 'show', 'aaaa');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('aaaabbbbccccdddd (plan of aaaabbbbccccdddd)');
    expect(stderr).toContain('aaaazzzzccccdddd');
  });

  test.each(['zz', 'zzzzzzzzzzzzzzzz', 'no/such'])('%s, which is not there, is refused with 4', async (given) => {
    const { code, stderr } = await perennial(studio.home, 'show', given);
    expect(code).toBe(4);
    expect(stderr).toContain(`not-found: there is no workflow "${given}"`);
  });

  test('is found behind the first page of the list', async () => {
    const full = await createTestStudio();
    await full.open();
    const project = await full.addProject('many');
    await acceptWorkflow(full.repositories, project, 'oldoldoldoldoldo', 'only');
    for (let n = 0; n < 501; n++) await acceptWorkflow(full.repositories, project, `new${n}`, 'only');
    const { code, stdout } = await perennial(full.home, 'show', 'oldold');
    await full.end();
    expect(code).toBe(0);
    expect(stdout).toContain('oldoldoldoldoldo');
  });
});

describe('a task', () => {
  const log = (task: string) => perennial(studio.home, 'log', 'aaaab', task, '--json');

  test('named whole is that task, though others begin with its name', async () => {
    expect(JSON.parse((await log('build')).stdout)).toMatchObject({ taskId: 'build' });
  });

  test('is found by an unambiguous beginning', async () => {
    expect(JSON.parse((await log('build-')).stdout)).toMatchObject({ taskId: 'build-docs' });
  });

  test('whose beginning fits several is refused with 2, naming them', async () => {
    const { code, stderr } = await log('test');
    expect(code).toBe(2);
    expect(stderr).toContain('test-a, test-b');
  });
});
