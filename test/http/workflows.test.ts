import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bug, unavailable } from '../../src/domain/errors.js';
import { aPlan } from '../support/builders/a-plan.js';
import { HEAD, type Studio, startStudio } from './studio.js';

let studio: Studio;
let project: string;
beforeAll(async () => {
  studio = await startStudio();
  project = await studio.addProject();
});
afterAll(() => studio.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  studio.ask({ method: 'POST', path: `/api/projects/${project}/workflows`, json: body, headers });
const postText = (body: string, headers: Record<string, string> = {}) =>
  studio.ask({
    method: 'POST',
    path: `/api/projects/${project}/workflows`,
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
const show = async (id: string) => (await studio.ask({ path: `/api/workflows/${id}` })).json();

describe('a plan that is accepted', () => {
  test('is answered at once with the workflow that stands for it', async () => {
    const answer = await post({ plan: aPlan({ name: 'tidy-up', tasks: 'a -> b' }) });
    expect([answer.status, answer.json()]).toEqual([202, { id: expect.stringMatching(/^[a-z2-7]{16}$/), status: 'pending' }]);
    expect(await show(answer.json().id)).toMatchObject({
      projectId: project,
      name: 'tidy-up',
      status: 'pending',
      waitingFor: [],
      counts: { pending: 2, running: 0, waiting: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0 },
      base: HEAD,
      integration: { branch: `perennial/${answer.json().id}/integration`, head: HEAD },
      landing: { state: 'none' },
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('may be YAML text', async () => {
    const planText = 'version: 1\nname: from-text\ntasks:\n  - id: a\n    run: ["true"]\n  - id: b\n    needs: [a]\n';
    const answer = await post({ planText });
    expect(answer.status).toBe(202);
    const steps = (await studio.ask({ path: `/api/workflows/${answer.json().id}/steps` })).json();
    expect(steps).toEqual([
      expect.objectContaining({ taskId: 'a', agent: 'script', status: 'pending', attempt: 0, needs: [] }),
      expect.objectContaining({ taskId: 'b', agent: 'none', needs: ['a'] }),
    ]);
  });

  test('may be JSON as text, and may use anchors', async () => {
    expect((await post({ planText: JSON.stringify(aPlan()) })).status).toBe(202);
    expect(
      (await post({ planText: 'version: 1\nname: x\ntasks:\n  - {id: a, run: &same ["true"]}\n  - {id: b, run: *same}\n' })).status,
    ).toBe(202);
  });

  test('is kept as pending while Temporal is away', async () => {
    const { start } = studio.outside.engine;
    Object.assign(studio.outside.engine, { start: () => Promise.reject(unavailable('temporal', 'Temporal does not answer')) });
    const answer = await post({ plan: aPlan() });
    Object.assign(studio.outside.engine, { start });
    expect([answer.status, (await show(answer.json().id)).status]).toEqual([202, 'pending']);
  });

  test('is kept, and the failure logged, when its start goes wrong in a way that nobody foresaw', async () => {
    const { openWorkflow } = studio.outside.store;
    studio.logged.length = 0;
    Object.assign(studio.outside.store, { openWorkflow: () => Promise.reject(bug('the repository is gone')) });
    const answer = await post({ plan: aPlan() });
    const shown = await show(answer.json().id);
    Object.assign(studio.outside.store, { openWorkflow });
    expect([answer.status, shown.status]).toEqual([202, 'pending']);
    expect(studio.logged).toEqual([expect.objectContaining({ workflowId: answer.json().id, msg: expect.stringContaining('start') })]);
  });
});

describe('a plan that is refused', () => {
  test('is told with all issues and their places', async () => {
    const answer = await post({ plan: aPlan({ maxParallel: 0, tasks: [{ id: 'A' }] }) });
    expect([answer.status, answer.json().code]).toEqual([422, 'plan-refused']);
    expect(answer.json().errors.map(({ path }: { path: string }) => path)).toEqual(['maxParallel', 'tasks[0].id']);
  });

  test.each([
    ['an unknown need', aPlan({ tasks: [{ id: 'format' }, { id: 'b', needs: ['fromat'] }] }), 'no task "fromat"; did you mean "format"?'],
    ['a circle', aPlan({ tasks: 'a -> b -> a' }), 'in a circle: a -> b -> a'],
    ['NUL', aPlan({ goal: '\0' }), 'NUL'],
    ['nothing', null, 'expected object'],
    ['a text', 'version: 1', 'expected object'],
  ])('for %s', async (_, plan, message) => {
    const answer = await post({ plan });
    expect([answer.status, answer.json().errors[0].message]).toEqual([422, expect.stringContaining(message)]);
  });

  test('for an agent that is not here, under a code of its own', async () => {
    const answer = await post({ plan: aPlan({ tasks: [{ id: 'a', prompt: 'x' }] }) });
    expect(answer.json()).toMatchObject({ status: 422, code: 'agent-unavailable', errors: [{ path: 'tasks[0].agent' }] });
  });

  test('as text, for what is no YAML, with line and column', async () => {
    const answer = await post({ planText: 'version: 1\nname: "x\n' });
    expect([answer.status, answer.json().code]).toEqual([422, 'plan-refused']);
    expect(answer.json().errors).toEqual([{ path: '', message: expect.stringMatching(/line \d+, column \d+/) }]);
  });

  test.each([
    ['the same key twice', 'version: 1\nversion: 1\n'],
    ['an alias of nothing', 'version: *nothing\n'],
    ['NUL', 'version: 1\nname: "a\\0b"\ntasks: [{id: a}]\n'],
    ['65 levels', `goal: ${'['.repeat(65)}${']'.repeat(65)}`],
    ['10,000 levels', `goal: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['two documents', 'version: 1\n---\nversion: 1\n'],
    ['nothing', ''],
    ['an unknown tag', 'version: !!js/function "x"\n'],
  ])('as text, for %s', async (_, planText) => {
    const answer = await post({ planText });
    expect([answer.status, answer.json().code]).toEqual([422, 'plan-refused']);
  });

  test('as text, when it is more than 4 MB', async () => {
    const answer = await post({ planText: `# ${'x'.repeat(4 * 1024 * 1024)}` });
    expect([answer.status, answer.json().errors]).toEqual([422, [{ path: '', message: 'the text is larger than 4 MB' }]]);
  });

  test('as text that grows without end', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
    for (const planText of [`a0: &a0 [x]\n${levels.join('\n')}\n`, 'goal: &a [*a, *a, *a]\n', 'goal: &a {b: *a, c: [*a, *a]}\n']) {
      const answer = await post({ planText });
      expect([answer.status, answer.json().code]).toEqual([422, 'plan-refused']);
    }
  });

  test('leaves no workflow behind', async () => {
    const before = (await studio.ask({ path: '/api/workflows' })).json().items.length;
    await post({ plan: aPlan({ land: 'yes' }) });
    expect((await studio.ask({ path: '/api/workflows' })).json().items).toHaveLength(before);
  });
});

describe('a request of the wrong shape is refused as such:', () => {
  test.each([
    ['neither plan nor text', {}],
    ['both', { plan: aPlan(), planText: 'x' }],
    ['a text that is none', { planText: 7 }],
    ['an unknown key', { plan: aPlan(), project: 'x' }],
  ])('%s', async (_, body) => {
    const answer = await post(body);
    expect([answer.status, answer.json().code]).toEqual([400, 'bad-request']);
  });

  test('the project comes first: one that is not there is 404', async () => {
    const answer = await studio.ask({ method: 'POST', path: '/api/projects/none/workflows', json: { plan: aPlan({ land: 'yes' }) } });
    expect(answer.status).toBe(404);
  });
});

describe('with an Idempotency-Key', () => {
  test('the same request makes one workflow, whatever its white space and order of keys', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await postText('{"plan":{"version":1,"name":"x","tasks":[{"id":"a","env":{"A":"1","B":"2"}}]}}', key);
    const again = await postText('{ "plan" : {"tasks":[ {"env":{"B":"2","A":"1"},"id":"a"} ],\n "name":"x", "version":1} }', key);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.json().id).toBe(first.json().id);
  });

  test('another request is refused', async () => {
    const key = { 'idempotency-key': 'twice' };
    await post({ plan: aPlan({ tasks: 'a, b' }) }, key);
    for (const plan of [aPlan({ tasks: 'b, a' }), aPlan({ tasks: 'a, b', name: 'other' })]) {
      const answer = await post({ plan }, key);
      expect([answer.status, answer.json().code]).toEqual([409, 'idempotency-conflict']);
    }
  });

  test('the key is one per project', async () => {
    const other = (await studio.ask({ method: 'POST', path: '/api/projects', json: { source: '/srv/other' } })).json().id;
    const key = { 'idempotency-key': 'per-project' };
    const here = await post({ plan: aPlan() }, key);
    const there = await studio.ask({ method: 'POST', path: `/api/projects/${other}/workflows`, json: { plan: aPlan() }, headers: key });
    expect([there.status, there.json().id === here.json().id]).toEqual([202, false]);
  });

  test('a refused plan leaves the key free', async () => {
    const key = { 'idempotency-key': 'second-try' };
    expect((await post({ plan: aPlan({ land: 'yes' }) }, key)).status).toBe(422);
    expect((await post({ plan: aPlan() }, key)).status).toBe(202);
  });

  test('that is empty or endless, the request is refused', async () => {
    for (const key of ['', 'k'.repeat(256)]) expect((await post({ plan: aPlan() }, { 'idempotency-key': key })).status).toBe(400);
  });

  test('and without one every request makes a workflow', async () => {
    const [a, b] = [await post({ plan: aPlan() }), await post({ plan: aPlan() })];
    expect(a.json().id).not.toBe(b.json().id);
  });
});

describe('a cancel', () => {
  test('is taken, and taken again', async () => {
    const { id } = (await post({ plan: aPlan() })).json();
    const cancel = () => studio.ask({ method: 'POST', path: `/api/workflows/${id}/cancel`, json: { reason: 'not needed' } });
    expect([(await cancel()).status, (await cancel()).status]).toEqual([202, 202]);
    expect(await show(id)).toMatchObject({ status: 'cancelled', reason: 'not needed', counts: { skipped: 1 } });
  });

  test('is refused when the workflow ended otherwise', async () => {
    const { id } = (await post({ plan: aPlan() })).json();
    await studio.outside.repositories.workflows.start(id, 1);
    await studio.outside.repositories.workflows.record(id, [], { seq: 9, status: 'completed' });
    const answer = await studio.ask({ method: 'POST', path: `/api/workflows/${id}/cancel`, json: {} });
    expect([answer.status, answer.json().code]).toEqual([409, 'wrong-state']);
  });
});

describe('lists', () => {
  test('are newest first, by project and state, a page at a time', async () => {
    const list = async (query: string) => (await studio.ask({ path: `/api/workflows?${query}` })).json();
    const all = (await list(`projectId=${project}&limit=500`)).items.map(({ id }: { id: string }) => id);
    const first = await list(`projectId=${project}&limit=3`);
    const second = await list(`projectId=${project}&limit=3&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect([...first.items, ...second.items].map(({ id }: { id: string }) => id)).toEqual(all.slice(0, 6));
    expect((await list('status=cancelled')).items.every(({ status }: { status: string }) => status === 'cancelled')).toBe(true);
    expect((await list('projectId=none')).items).toEqual([]);
  });

  test('of events go on after the last one that was seen', async () => {
    const { id } = (await post({ plan: aPlan() })).json();
    await studio.ask({ method: 'POST', path: `/api/workflows/${id}/cancel`, json: {} });
    const events = async (query: string) => (await studio.ask({ path: `/api/workflows/${id}/events?${query}` })).json();
    const { items, next } = await events('limit=1');
    expect([items[0].type, items[0].workflowId, next]).toEqual(['workflow-accepted', id, items[0].id]);
    const rest = await events(`after=${next}`);
    expect(rest.items.map(({ type }: { type: string }) => type)).toEqual(expect.arrayContaining(['workflow-cancelled', 'step-skipped']));
    expect(rest.next).toBeUndefined();
  });
});

test('the log of a step is plain text, byte for byte, and empty before the first', async () => {
  const { id } = (await post({ plan: aPlan() })).json();
  const path = `/api/workflows/${id}/steps/a/log`;
  expect([(await studio.ask({ path })).text, (await studio.ask({ path })).status]).toEqual(['', 200]);
  studio.outside.log = Buffer.from('<b>ünïcode</b>\n');
  const answer = await studio.ask({ path });
  expect([answer.headers['content-type'], answer.text]).toEqual(['text/plain; charset=utf-8', '<b>ünïcode</b>\n']);
});
