import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from './ask.js';
import { type Studio, startStudio, TOKEN } from './studio.js';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

const projects = '/api/projects';
const cookie = `perennial=${TOKEN}`;

describe('who has no token', () => {
  test.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer no-such-token' }],
    ['the beginning of the right one', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the right one by another scheme', { authorization: `Basic ${TOKEN}` }],
    ['a wrong one in the cookie', { cookie: 'perennial=no-such-token' }],
    ['the right one in another cookie', { cookie: `perennial2=${TOKEN}` }],
  ])('is refused with %s', async (_, headers) => {
    const answer = await ask(studio.port, { path: projects, headers });
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(answer.text).not.toContain(TOKEN);
  });

  test('is refused before anything else is looked at', async () => {
    const answer = await ask(studio.port, {
      method: 'POST',
      path: '/api/no/such/route',
      body: '{',
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(401);
  });

  test.each(['/healthz', '/readyz'])('may still ask %s', async (path) => {
    expect((await ask(studio.port, { path })).status).not.toBe(401);
  });

  test('does not see the page', async () => {
    expect((await ask(studio.port, { path: '/' })).status).toBe(401);
  });
});

describe('who has the token', () => {
  test.each([
    ['as bearer', { authorization: `Bearer ${TOKEN}` }],
    ['as bearer in small letters', { authorization: `bearer ${TOKEN}` }],
    ['in the cookie', { cookie }],
    ['in the cookie among others', { cookie: `a=b; ${cookie}; c=d` }],
  ])('is let in %s', async (_, headers) => {
    expect((await ask(studio.port, { path: projects, headers })).status).toBe(200);
  });

  test('gets it as a cookie that scripts cannot read, and loses it from the address', async () => {
    const answer = await ask(studio.port, { path: `/?token=${TOKEN}` });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^perennial=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/)]);
    const [set] = answer.headers['set-cookie'] as string[];
    const page = await ask(studio.port, { path: '/', headers: { cookie: set?.split(';')[0] } });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test.each(['no-such-token', ''])('gets no cookie for ?token=%s', async (token) => {
    const answer = await ask(studio.port, { path: `/?token=${token}` });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined]);
  });
});

describe('a change by cookie', () => {
  const change = (headers: Record<string, string | undefined>) =>
    ask(studio.port, { method: 'POST', path: projects, json: { source: '/srv/demo' }, headers: { cookie, ...headers } });

  test('is taken from our own page', async () => {
    expect((await change({ origin: `http://127.0.0.1:${studio.port}` })).status).toBe(201);
  });

  test.each([
    ['no page', undefined],
    ['another site', 'http://evil.example'],
    ['another port of this host', 'http://127.0.0.1:1'],
    ['another name of this host', 'http://localhost'],
    ['a page that hides where it is', 'null'],
    ['a secure page, which ours is not', 'https://127.0.0.1'],
  ])('is refused from %s', async (_, origin) => {
    const answer = await change({ origin });
    expect([answer.status, answer.json().code]).toEqual([403, 'origin-refused']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', undefined])('is refused as %s, also without a body', async (type) => {
    const headers = { cookie, origin: `http://127.0.0.1:${studio.port}`, 'content-type': type };
    const answer = await ask(studio.port, { method: 'POST', path: '/api/workflows/none/cancel', headers });
    expect([answer.status, answer.json().code]).toEqual([415, 'unsupported-media-type']);
  });

  test('needs no origin when the token itself is there', async () => {
    expect((await studio.ask({ method: 'POST', path: projects, json: { source: '/srv/demo' } })).status).toBe(200);
  });
});

describe('a host name that is not ours', () => {
  test.each(['evil.example', 'evil.example:7700', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])('is refused: %s', async (host) => {
    for (const path of ['/healthz', '/', projects]) {
      const answer = await studio.ask({ path, headers: { host } });
      expect([answer.status, answer.json().code]).toEqual([403, 'host-refused']);
    }
  });

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('is not %s with our port', async (name) => {
    expect((await studio.ask({ path: projects, headers: { host: `${name}:${studio.port}` } })).status).toBe(200);
  });
});

describe('behind a public address', () => {
  let published: Studio;
  beforeAll(async () => {
    published = await startStudio({ publicUrl: 'https://studio.example.org' });
  });
  afterAll(() => published.close());

  test('that name is ours too, and its pages may change things', async () => {
    const headers = { authorization: undefined, cookie, host: 'studio.example.org', origin: 'https://studio.example.org' };
    expect((await published.ask({ method: 'POST', path: projects, json: { source: '/srv/demo' }, headers })).status).toBe(201);
  });

  test('a page of that name without TLS is not ours', async () => {
    const headers = { authorization: undefined, cookie, host: 'studio.example.org', origin: 'http://studio.example.org' };
    expect((await published.ask({ method: 'POST', path: projects, json: { source: '/srv/demo' }, headers })).status).toBe(403);
  });
});

test('answers tell browsers to keep to what they are', async () => {
  const { headers } = await studio.ask({ path: projects });
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['x-powered-by']).toBeUndefined();
});
