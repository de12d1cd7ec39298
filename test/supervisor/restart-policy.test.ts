import { expect, test } from '@jest/globals';
import { shouldGiveUp, waitBeforeStartMs } from '../../src/supervisor/restart-policy.js';

test('a part that had been ready is started again without a wait', () => {
  expect(waitBeforeStartMs(0)).toBe(0);
});

test('the wait doubles from 100 ms with each death before it was ready, up to 5 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(waitBeforeStartMs)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test('the fifth death in a row before it was ready is the last', () => {
  expect([4, 5].map(shouldGiveUp)).toEqual([false, true]);
});
