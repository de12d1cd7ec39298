import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bug, rejected, unavailable } from '../../src/domain/errors.js';
import { type Studio, startStudio } from './studio.js';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

describe('an error is a problem document', () => {
  test('with title, status, stable code and detail', async () => {
    const answer = await studio.ask({ path: '/api/workflows/nowhere' });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'not-found',
      detail: 'there is no workflow "nowhere"',
    });
  });

  test.each([
    ['GET', '/api/nothing/here'],
    ['DELETE', '/api/projects'],
    ['GET', '/nothing/here'],
    ['GET', '/api/projects/none'],
    ['GET', '/api/workflows/none/steps'],
    ['GET', '/api/workflows/none/steps/a'],
    ['GET', '/api/workflows/none/steps/a/log'],
    ['GET', '/api/workflows/none/events'],
    ['POST', '/api/projects/none/workflows'],
  ])('for %s %s', async (method, path) => {
    const answer = await studio.ask({ method, path, ...(method === 'POST' && { json: { plan: {} } }) });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect([answer.status, answer.json().code]).toEqual([404, 'not-found']);
  });

  test.each([
    '/api/workflows/%',
    '/api/workflows/%ff',
    '/api/workflows/%zz/steps',
    '/%c0',
    '/api/workflows/a%00b',
    '/api/workflows/a/steps/%00',
  ])('for the path %s, which no text can be', async (path) => {
    const answer = await studio.ask({ path });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect([answer.status, answer.json().code]).toEqual([400, 'bad-request']);
  });

  test.each([
    '/api/workflows?limit=0',
    '/api/workflows?limit=501',
    '/api/workflows?limit=many',
    '/api/workflows?limit=1&limit=2',
    '/api/workflows?status=unknown',
    '/api/workflows?projectId=%00',
    '/api/events?after=-1',
    '/api/events?limit=10001',
    '/api/workflows/none/steps/a/log?tail=-1',
    '/api/workflows/none/steps/a/log?attempt=1.5',
  ])('for the wrong query of %s', async (path) => {
    const answer = await studio.ask({ path });
    expect([answer.status, answer.json().code]).toEqual([400, 'bad-request']);
  });
});

describe('what goes wrong inside', () => {
  const failing = async (error: unknown) => {
    const inspect = studio.outside.store.inspect;
    Object.assign(studio.outside.store, { inspect: () => Promise.reject(error) });
    const answer = await studio.ask({ method: 'POST', path: '/api/projects', json: { source: '/srv/demo' } });
    Object.assign(studio.outside.store, { inspect });
    return answer;
  };

  test.each([
    ['an error that nobody foresaw', new TypeError('cannot read /var/lib/perennial/secret of undefined')],
    ['a promise of ours that does not hold', bug('the ref moved in /var/lib/perennial/repos', { at: '/var/lib/perennial' })],
    ['something that is no error', 'thrown /var/lib/perennial'],
    ['nothing at all', undefined],
  ])('is told without trace or path, and logged: %s', async (_, error) => {
    studio.logged.length = 0;
    const answer = await failing(error);
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'bug',
      detail: 'something went wrong on our side; the log of the app says what',
    });
    expect(studio.logged).toEqual([expect.objectContaining({ msg: 'a request failed', path: '/api/projects' })]);
  });

  test('is worth asking again when a part is away, which is named', async () => {
    const answer = await failing(unavailable('database', 'PostgreSQL does not answer'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.json()).toMatchObject({ code: 'unavailable', part: 'database', detail: 'PostgreSQL does not answer' });
  });

  test.each([
    ['source-refused', 422],
    ['agent-unavailable', 422],
    ['name-taken', 409],
    ['wrong-state', 409],
  ])('is %s with status %d', async (code, status) => {
    const answer = await failing(rejected(code, 'expected this, got that'));
    expect([answer.status, answer.json().code, answer.json().detail]).toEqual([status, code, 'expected this, got that']);
  });
});
