import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import { chanceOf } from './support/chance.js';
import { addProject, judge, type Project, randomMoment, startRun, untilEnded } from './support/run.js';

jest.setTimeout(240_000);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const home = newHome();
let studio: Studio;
let project: Project;

beforeAll(async () => {
  const clone = besideHome(home, 'perennial');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone]);
  studio = await startStudio({ home });
  project = await addProject(studio, clone, 'perennial');
});

afterAll(async () => {
  await studio?.stop();
  await removeHome(home);
});

const MARKED = /^\/\/ SPDX-License-Identifier: Apache-2\.0\n/;
const PAGE = /^# \S[^\n]*\n\n(.+\n)+/;
const PAGES = ['inventory', 'history', 'domain', 'ports', 'modules', 'routes', 'settings'];

test('the house-keeping plan does its work on the real repository, though its worker dies in the middle', async () => {
  const chance = chanceOf('house-keeping');
  const plan = parse(readFileSync(`${ROOT}/examples/house-keeping.yaml`, 'utf8')) as object;
  const run = await startRun(studio, project, plan);
  await randomMoment(run, chance, { from: 20, to: 80 });
  await studio.kill('worker');
  await untilEnded(run);
  const pages = Object.fromEntries(PAGES.map((name) => [`docs/reference/${name}.md`, PAGE]));
  const links = new RegExp(`^# Reference\\n\\n(- \\[[^\\]]+\\]\\([a-z-]+\\.md\\)\\n){${PAGES.length}}$`);
  const content = {
    ...pages,
    'docs/reference/README.md': links,
    'docs/reference/history.md': /\d/,
    'docs/reference/test/reference.test.mjs': readFileSync(`${ROOT}/examples/tools/reference.test.mjs`, 'utf8'),
    'src/config.ts': MARKED,
    'workflows/run-graph.ts': MARKED,
    'activities/index.ts': MARKED,
  };
  expect(await judge(run, { status: 'completed', content })).toEqual([]);
});
