import { expect, test } from '@jest/globals';
import { parseDuration } from '../../src/domain/duration.js';

test.each([
  ['1s', 1_000],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('the duration %s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '0s', '10', 's', '-1s', '1.5h', '1 h', ' 1h', '1h\n', '1H', '1w', '01m', '12345678s', '1h30m', '１s'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
