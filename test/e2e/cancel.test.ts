import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { git } from '../auditor/git.js';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import { eventually } from '../support/studio-patience.js';
import { markedProcesses } from '../support/studio-processes.js';
import { addProject, insist, judge, type Project, type Run, startRun, untilEnded } from './support/run.js';
import { makeSource } from './support/source-repository.js';

jest.setTimeout(120_000);

const home = newHome();
let studio: Studio;
let project: Project;

beforeAll(async () => {
  const source = besideHome(home, 'source');
  makeSource(source);
  studio = await startStudio({ home });
  project = await addProject(studio, source, 'stubborn');
});

afterAll(async () => {
  await studio?.stop();
  await removeHome(home);
});

/** Neither it nor what it starts listens to SIGTERM; one child leaves its session, one its parent. */
const STUBBORN = [
  'trap "" TERM INT HUP',
  'echo half > half.txt',
  '(setsid sleep 300 &)',
  'sleep 300 &',
  'sh -c "trap \\"\\" TERM; while :; do sleep 1; done"',
].join('\n');

const PLAN = {
  version: 1,
  name: 'stubborn',
  tasks: [
    { id: 'quick', run: ['echo done > lines/quick.txt'] },
    { id: 'stubborn', needs: ['quick'], run: [STUBBORN] },
    { id: 'too', needs: ['quick'], run: [STUBBORN] },
    { id: 'later', needs: ['stubborn'], run: ['echo never > lines/later.txt'] },
  ],
};

test('cancel ends every process of a run within 10 s, those that ignore SIGTERM too, and keeps their work', async () => {
  const run = await startRun(studio, project, PLAN);
  await eventually(60_000, () => stubbornCount(run) >= 8 || `${stubbornCount(run)} processes run`);
  await insist(studio, 'POST', `/workflows/${run.id}/cancel`, { reason: 'enough' });
  await eventually(10_000, () => markedProcesses(run.id).length === 0 || markedProcesses(run.id).join('\n'));
  await untilEnded(run);
  const content = { 'lines/quick.txt': 'done\n', 'half.txt': null, 'lines/later.txt': null };
  expect(await judge(run, { status: 'cancelled', content })).toEqual([]);
  expect(await stepStatuses(run)).toEqual({ quick: 'completed', stubborn: 'cancelled', too: 'cancelled', later: 'skipped' });
  expect(await git(trusted(), 'cat-file', 'blob', `refs/perennial/kept/${run.id}/stubborn.1:half.txt`)).toBe('half\n');
});

test('a run that was cancelled stays so, however often that is asked', async () => {
  const run = await startRun(studio, project, PLAN);
  await insist(studio, 'POST', `/workflows/${run.id}/cancel`, { reason: 'at once' });
  await untilEnded(run);
  await insist(studio, 'POST', `/workflows/${run.id}/cancel`, { reason: 'again' });
  expect(await judge(run, { status: 'cancelled', content: { 'half.txt': null } })).toEqual([]);
});

const trusted = (): string => `${home}/repos/${project.id}.git`;

function stubbornCount({ id }: Run): number {
  return markedProcesses(id).filter((line) => line.includes('sleep')).length;
}

async function stepStatuses({ id }: Run): Promise<Record<string, string>> {
  const { body } = await insist(studio, 'GET', `/workflows/${id}/steps`);
  return Object.fromEntries((body as { taskId: string; status: string }[]).map(({ taskId, status }) => [taskId, status]));
}
