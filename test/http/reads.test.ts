import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { agentRunId } from '../../src/domain/names.js';
import { aPlan } from '../support/builders/a-plan.js';
import { HEAD, type Studio, startStudio } from './studio.js';

let studio: Studio;
let project: string;
let workflow: string;
beforeAll(async () => {
  studio = await startStudio();
  project = await studio.addProject();
  const plan = aPlan({ tasks: [{ id: 'a', run: ['true'], checks: ['npm test'], title: 'First' }] });
  workflow = (await studio.ask({ method: 'POST', path: `/api/projects/${project}/workflows`, json: { plan } })).json().id;
});
afterAll(() => studio.close());

const get = async (path: string) => (await studio.ask({ path })).json();

test('a project is shown by its id, and in the list', async () => {
  const shown = await get(`/api/projects/${project}`);
  expect(shown).toEqual({
    id: project,
    name: 'demo',
    source: '/srv/demo',
    defaultBranch: 'main',
    store: 'git',
    head: HEAD,
    warnings: [],
    createdAt: expect.stringMatching(/Z$/),
  });
  expect(await get('/api/projects')).toEqual([shown]);
});

test('the same source and name again is the same project', async () => {
  const again = await studio.ask({ method: 'POST', path: '/api/projects', json: { source: '/srv/demo', name: 'demo' } });
  expect([again.status, again.json().id]).toEqual([200, project]);
});

test('a step is shown with its runs', async () => {
  const isolation = { by: 'unshare', files: false, processes: true, network: false } as const;
  const ref = { workflowId: workflow, taskId: 'a', attempt: 1 };
  const claim = {
    ...ref,
    agent: 'script',
    host: 'workbench',
    worker: 'workbench:1:2',
    taskToken: 'secret',
    handedOutAt: 1,
    isolation,
    seq: 2,
  };
  await studio.outside.repositories.workflows.start(workflow, 1);
  await studio.outside.repositories.agentRuns.claim(claim);
  const answer = await studio.ask({ path: `/api/workflows/${workflow}/steps/a` });
  expect(answer.text).not.toContain('secret');
  expect(answer.json()).toMatchObject({
    taskId: 'a',
    title: 'First',
    status: 'running',
    attempt: 1,
    agent: 'script',
    branch: `perennial/${workflow}/step/a`,
    run: ['true'],
    checks: ['npm test'],
    runs: [
      {
        id: agentRunId({ ...ref, epoch: 1 }),
        attempt: 1,
        epoch: 1,
        status: 'running',
        host: 'workbench',
        isolation,
        startedAt: expect.any(String),
      },
    ],
  });
});

test('events of all workflows are read in one list', async () => {
  const { items } = await get('/api/events?limit=10000');
  expect(items.map(({ type }: { type: string }) => type)).toEqual(expect.arrayContaining(['workflow-accepted', 'agent-run-started']));
  const ids = items.map(({ id }: { id: number }) => id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});
