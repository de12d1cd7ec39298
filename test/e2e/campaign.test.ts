import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import type { StudioPart } from '../support/studio-processes.js';
import { type Chance, chanceOf } from './support/chance.js';
import { randomPlan } from './support/expected-plan.js';
import { addProject, judge, type Project, startRun, untilEnded, untilEvents } from './support/run.js';
import { makeSource } from './support/source-repository.js';

/** How many rounds of a campaign: PERENNIAL_KILL_ROUNDS, default 1. */
const ROUNDS = Number(process.env.PERENNIAL_KILL_ROUNDS ?? 1);
jest.setTimeout(300_000);

const home = newHome();
let studio: Studio;
let project: Project;

beforeAll(async () => {
  const source = besideHome(home, 'source');
  makeSource(source);
  studio = await startStudio({ home });
  project = await addProject(studio, source, 'campaign');
});

afterAll(async () => {
  await studio?.stop();
  await removeHome(home);
});

/** What dies together. */
const DEATHS: readonly (readonly StudioPart[] | 'everything')[] = [
  ['worker'],
  ['worker'],
  ['app'],
  ['temporal'],
  ['postgres'],
  ['worker', 'temporal'],
  ['postgres', 'worker'],
  'everything',
];

test.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))('round %i: any graph comes through any deaths', async (round) => {
  const chance = chanceOf(`round ${round}`);
  const { plan, ...expected } = randomPlan(chance);
  const run = await startRun(studio, project, plan);
  await untilEvents(run, chance.whole(1, 40));
  for (let left = chance.whole(1, 4); left > 0; left--) {
    await pause(chance.whole(0, 3_000));
    await die(DEATHS[chance.whole(0, DEATHS.length - 1)] ?? 'everything', chance);
  }
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

async function die(who: (typeof DEATHS)[number], chance: Chance): Promise<void> {
  process.stderr.write(`  killing ${who}\n`);
  if (who !== 'everything') {
    for (const part of who) {
      await studio.kill(part);
      await pause(chance.whole(0, 100));
    }
    return;
  }
  await studio.killAll();
  studio = await startStudio({ home });
}
