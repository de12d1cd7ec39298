import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Studio, startStudio } from './studio.js';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string | Uint8Array, headers: Record<string, string | undefined> = JSON_TYPE) =>
  studio.ask({ method: 'POST', path: '/api/projects', body, headers });

describe('a body that cannot be read is refused:', () => {
  test.each([
    ['broken JSON', '{"source": ', 400, 'malformed-json'],
    ['no JSON at all', 'source=/srv/demo', 400, 'malformed-json'],
    ['JSON 100,000 levels deep', '['.repeat(100_000) + ']'.repeat(100_000), 400, 'bad-request'],
    ['objects 65 levels deep', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 400, 'bad-request'],
    ['a list instead of an object', '[]', 400, 'bad-request'],
    ['a text instead of an object', '"/srv/demo"', 400, 'bad-request'],
    ['nothing', 'null', 400, 'bad-request'],
    ['more than 8 MB', JSON.stringify({ source: 'x'.repeat(8 * 1024 * 1024) }), 413, 'too-large'],
  ])('%s', async (_, body, status, code) => {
    const answer = await post(body);
    expect([answer.status, answer.json().code]).toEqual([status, code]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data; boundary=x', undefined])(
    'of type %s',
    async (type) => {
      const answer = await post('{"source":"/srv/demo"}', { 'content-type': type });
      expect([answer.status, answer.json().code]).toEqual([415, 'unsupported-media-type']);
    },
  );

  test.each([
    ['an unknown encoding', { 'content-encoding': 'secret' }],
    ['an unknown character set', { 'content-type': 'application/json; charset=klingon' }],
  ])('in %s', async (_, headers) => {
    const answer = await post('{"source":"/srv/demo"}', { ...JSON_TYPE, ...headers });
    expect([answer.status, answer.json().code]).toEqual([415, 'unsupported-media-type']);
  });

  test('that grows beyond 8 MB when it is unpacked', async () => {
    const bomb = gzipSync(JSON.stringify({ source: 'x'.repeat(50 * 1024 * 1024) }));
    expect((await post(bomb, { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(413);
  });
});

describe('a body of the wrong shape is refused with the place:', () => {
  test.each([
    ['no source', {}, 'source'],
    ['an empty source', { source: '' }, 'source'],
    ['a source that is a number', { source: 7 }, 'source'],
    ['a name that is too long', { source: '/srv/demo', name: 'n'.repeat(101) }, 'name'],
    ['NUL in a text', { source: '/srv/\0demo' }, 'source'],
    ['half of a character in a text', { source: '/srv/demo', name: '\ud83d' }, 'name'],
  ])('%s', async (_, json, path) => {
    const answer = await studio.ask({ method: 'POST', path: '/api/projects', json });
    expect([answer.status, answer.json().code, answer.json().errors]).toEqual([
      400,
      'bad-request',
      [{ path, message: expect.any(String) }],
    ]);
  });

  test('a key that nobody knows, by name', async () => {
    const answer = await studio.ask({ method: 'POST', path: '/api/projects', json: { source: '/srv/demo', colour: 'red' } });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('colour')]);
  });
});

test('64 levels are taken', async () => {
  const body = `{"source":"/srv/demo","name":${'{"a":'.repeat(63)}1${'}'.repeat(63)}}`;
  expect((await post(body)).json().errors).toEqual([{ path: 'name', message: expect.stringContaining('expected string') }]);
});

test('JSON with a character set is JSON', async () => {
  expect((await post('{"source":"/srv/demo"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
});

test('a body may be left out where nothing must be said', async () => {
  const answer = await studio.ask({ method: 'POST', path: '/api/workflows/none/cancel' });
  expect([answer.status, answer.json().code]).toEqual([404, 'not-found']);
});
