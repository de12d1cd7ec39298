import { expect, test } from '@jest/globals';
import { randomIds } from '../../../src/adapters/system/ids.js';

test('ids are 16 characters of a-z and 2-7, and no two alike', () => {
  const ids = Array.from({ length: 10_000 }, () => randomIds.newId());
  for (const id of ids) expect(id).toMatch(/^[a-z2-7]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every character turns up at every place', () => {
  const ids = Array.from({ length: 2_000 }, () => randomIds.newId());
  for (let place = 0; place < 16; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(32);
});

test('the id of a text is always the same, and of another text another', () => {
  expect(randomIds.idFor('a')).toMatch(/^[a-z2-7]{16}$/);
  expect(randomIds.idFor('a')).toBe(randomIds.idFor('a'));
  expect(randomIds.idFor('a')).not.toBe(randomIds.idFor('b'));
});
