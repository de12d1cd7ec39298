import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import { signal } from '../support/studio-processes.js';
import { type Chance, chanceOf } from './support/chance.js';
import { layeredPlan } from './support/expected-plan.js';
import { addProject, insist, judge, type Project, query, type Run, randomMoment, runOf, startRun, untilEnded } from './support/run.js';
import { makeSource } from './support/source-repository.js';

/** One part dies, and the run goes on by itself. Each test kills real processes at moments that PERENNIAL_SEED replays. */
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

test('a worker that is killed three times costs no work, and nothing is done twice', async () => {
  const chance = chanceOf('worker');
  const { plan, ...expected } = layeredPlan(chance);
  const run = await startRun(studio, project, plan);
  for (const events of [
    { from: 1, to: 25 },
    { from: 26, to: 55 },
    { from: 56, to: 85 },
  ]) {
    await randomMoment(run, chance, events);
    await studio.kill('worker');
  }
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

test('an app that is killed while it accepts a workflow accepts it once when it is asked again with the same key', async () => {
  const chance = chanceOf('app');
  const gates = { version: 1, name: 'gates', tasks: [{ id: 'one' }, { id: 'two', needs: ['one'] }] };
  for (const key of ['first', 'second', 'third']) {
    const run = await acceptThroughDeath(chance, gates, key);
    await untilEnded(run);
    expect(await judge(run, { status: 'completed', content: {} })).toEqual([]);
  }
});

test('an app that is killed does not hold up what runs', async () => {
  const chance = chanceOf('app while running');
  const { plan, ...expected } = layeredPlan(chance);
  const run = await acceptThroughDeath(chance, plan, 'layers');
  await randomMoment(run, chance, { from: 1, to: 60 });
  await studio.kill('app');
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

/** Asks for a workflow, kills the app before, while or after it answers, and asks again with the same key. */
async function acceptThroughDeath(chance: Chance, plan: object, key: string): Promise<Run> {
  const first = studio.api('POST', `/projects/${project.id}/workflows`, { plan }, { 'idempotency-key': key }).catch(() => undefined);
  await pause(chance.whole(0, 80));
  await studio.kill('app');
  const run = await startRun(studio, project, plan, key);
  const answered = (await first)?.body as { id: string } | undefined;
  expect(answered?.id ?? run.id).toBe(run.id);
  expect(await query(studio, 'SELECT id FROM workflows WHERE idempotency_key = $1', [key])).toEqual([{ id: run.id }]);
  return run;
}

test('a Temporal server that is killed twice forgets nothing', async () => {
  const chance = chanceOf('temporal');
  const { plan, ...expected } = layeredPlan(chance);
  const run = await startRun(studio, project, plan);
  for (const events of [
    { from: 1, to: 40 },
    { from: 41, to: 80 },
  ]) {
    await randomMoment(run, chance, events);
    await studio.kill('temporal');
  }
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

test('a PostgreSQL server that is killed twice loses nothing that was told', async () => {
  const chance = chanceOf('postgres');
  const { plan, ...expected } = layeredPlan(chance);
  const run = await startRun(studio, project, plan);
  for (const events of [
    { from: 1, to: 40 },
    { from: 41, to: 80 },
  ]) {
    await randomMoment(run, chance, events);
    await studio.kill('postgres');
  }
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

test('a workflow that is accepted while Temporal is away is started when it is back, by an app that knows nothing of the request', async () => {
  const { plan, ...expected } = layeredPlan(chanceOf('pending'));
  const temporal = await studio.process('temporal');
  signal(temporal, 'SIGSTOP');
  const { status, body } = await studio.api('POST', `/projects/${project.id}/workflows`, { plan });
  const { id } = body as { id: string };
  expect({ status, body }).toEqual({ status: 202, body: { id, status: 'pending' } });
  await studio.kill('app');
  await studio.kill('temporal');
  const run = runOf(studio, project, plan, id);
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

test('two runs at once over one project do not touch each other when their worker dies', async () => {
  const chance = chanceOf('two runs');
  const [one, two] = [layeredPlan(chance), layeredPlan(chance)];
  const runs = [await startRun(studio, project, one.plan), await startRun(studio, project, two.plan)] as const;
  await randomMoment(runs[0], chance, { from: 10, to: 70 });
  await studio.kill('worker');
  await Promise.all(runs.map(untilEnded));
  const { plan: _, ...expected } = one;
  for (const run of runs) expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
  const { body } = await insist(studio, 'GET', `/workflows?projectId=${project.id}&status=running`);
  expect(body).toEqual({ items: [] });
});
