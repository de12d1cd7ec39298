import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import { isAlive, PARTS } from '../support/studio-processes.js';
import { type Chance, chanceOf } from './support/chance.js';
import { type ExpectedPlan, layeredPlan } from './support/expected-plan.js';
import { addProject, judge, type Project, type Run, randomMoment, startRun, untilEnded } from './support/run.js';
import { makeSource } from './support/source-repository.js';

/** The whole studio ends in one way or another, and is started again in the same home. Each test goes on where the one before left the home. */
jest.setTimeout(180_000);

const home = newHome();
let studio: Studio;
let project: Project;

beforeAll(async () => {
  const source = besideHome(home, 'source');
  makeSource(source);
  studio = await startStudio({ home });
  project = await addProject(studio, source, 'layers');
});

afterAll(async () => {
  await studio?.stop();
  await removeHome(home);
});

test('everything that is killed at once goes on by itself after the next start', async () => {
  const { run, expected } = await runToSomeMoment(chanceOf('everything'));
  await studio.killAll();
  studio = await startStudio({ home });
  await expectKept(run, expected);
});

test('what a killed supervisor leaves behind is ended by the next one, and the run goes on', async () => {
  const { run, expected } = await runToSomeMoment(chanceOf('supervisor'));
  const orphans = await Promise.all(PARTS.map((part) => studio.process(part)));
  await studio.kill('supervisor');
  studio = await startStudio({ home });
  expect(orphans.filter(isAlive)).toEqual([]);
  await expectKept(run, expected);
});

test('Ctrl-C in the middle of a run leaves nothing behind, and the next start goes on', async () => {
  const { run, expected } = await runToSomeMoment(chanceOf('ctrl-c'));
  await studio.stop();
  studio = await startStudio({ home });
  await expectKept(run, expected);
});

async function runToSomeMoment(chance: Chance): Promise<{ run: Run; expected: Omit<ExpectedPlan, 'plan'> }> {
  const { plan, ...expected } = layeredPlan(chance);
  const run = await startRun(studio, project, plan);
  await randomMoment(run, chance, { from: 1, to: 80 });
  return { run, expected };
}

async function expectKept(run: Run, expected: Omit<ExpectedPlan, 'plan'>): Promise<void> {
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
}
