import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { besideHome, newHome, removeHome, type Studio, startStudio } from '../support/studio.js';
import { signal } from '../support/studio-processes.js';
import { chanceOf } from './support/chance.js';
import { layeredPlan } from './support/layered-plan.js';
import { addProject, insist, judge, type Project, query, randomMoment, runOf, startRun, untilEnded } from './support/run.js';
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
  for (const key of ['first', 'second', 'third', 'fourth']) {
    const answered = studio
      .api('POST', `/projects/${project.id}/workflows`, { plan: gates }, { 'idempotency-key': key })
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, chance.whole(0, 80)));
    await studio.kill('app');
    const run = await startRun(studio, project, gates, key);
    const body = (await answered)?.body as { id: string } | undefined;
    expect(body?.id ?? run.id).toBe(run.id);
    expect(await query(studio, 'SELECT id FROM workflows WHERE idempotency_key = $1', [key])).toEqual([{ id: run.id }]);
    await untilEnded(run);
    expect(await judge(run, { status: 'completed', content: {} })).toEqual([]);
  }
});

test('an app that is killed while a workflow runs does not hold it up', async () => {
  const chance = chanceOf('app while running');
  const { plan, ...expected } = layeredPlan(chance);
  const run = await startRun(studio, project, plan);
  await randomMoment(run, chance, { from: 1, to: 60 });
  await studio.kill('app');
  await untilEnded(run);
  expect(await judge(run, { status: 'completed', keepsDiary: true, ...expected })).toEqual([]);
});

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
