import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pathsOverlap, patternsOverlap } from '../../src/domain/globs.js';
import { matches } from '../support/builders/path-matcher.js';

describe('two patterns overlap', () => {
  test.each([
    ['src/**', 'src/a.ts'],
    ['src/**', 'src'],
    ['src', 'src/deep/er/a.ts'],
    ['src/', 'src/a.ts'],
    ['./src', 'src/a.ts'],
    ['/src', 'src/a.ts'],
    ['**', 'anything/at/all'],
    ['.', 'README.md'],
    ['**/*.ts', 'src/a.ts'],
    ['**/*.ts', 'a.ts'],
    ['src/*/index.ts', 'src/domain/*'],
    ['*.md', 'README.*'],
    ['a?c', '?b?'],
    ['a*b*c', 'aXbYc'],
    ['**/test/**', 'src/**/unit/**'],
  ])('%s and %s', (a, b) => {
    expect([patternsOverlap(a, b), patternsOverlap(b, a)]).toEqual([true, true]);
  });
});

describe('two patterns do not overlap', () => {
  test.each([
    ['src/**', 'test/**'],
    ['src', 'srcs'],
    ['*.md', 'docs/*.txt'],
    ['*.md', '*.txt'],
    ['src/a.ts', 'src/b.ts'],
    ['a?', 'a'],
    ['src/*.ts', 'src/deep/a.ts'],
    ['src/Ab', 'src/ab'],
  ])('%s and %s', (a, b) => {
    expect([patternsOverlap(a, b), patternsOverlap(b, a)]).toEqual([false, false]);
  });
});

describe('what is written in a richer language is taken to match anything there, so that no two tasks meet by mistake', () => {
  test.each([
    ['src/*.{ts,tsx}', 'src/a.ts'],
    ['{src,test}/**', 'src/a.ts'],
    ['{src/domain,test}/**', 'src/domain/a.ts'],
    ['[ab].ts', 'a.ts'],
    ['!src/**', 'docs/a.md'],
    ['+(a|b).ts', 'a.ts'],
    ['+(a/b|c)/d', 'a/b/d'],
    ['a\\*.ts', 'a*.ts'],
  ])('%s and %s overlap', (a, b) => {
    expect([patternsOverlap(a, b), patternsOverlap(b, a)]).toEqual([true, true]);
  });

  test('and still keeps to its folder', () => {
    expect(patternsOverlap('src/*.{ts,tsx}', 'test/a.ts')).toBe(false);
  });
});

test('two patterns overlap exactly when some path matches both', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '?b', '**');
  const pattern = fc.array(segment, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/'));
  const paths = pathsOfDepth(4);
  fc.assert(
    fc.property(pattern, pattern, (a, b) => {
      expect(patternsOverlap(a, b)).toBe(paths.some((path) => matches(a, path) && matches(b, path)));
    }),
    { numRuns: 500 },
  );
});

test('a pattern overlaps itself and everything above it', () => {
  const name = fc
    .string({ unit: fc.constantFrom(...'abc*?.-'), minLength: 1, maxLength: 8 })
    .filter((part) => part !== '.' && part !== '..');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), fc.nat(4), (parts, depth) => {
      const whole = parts.join('/');
      expect(patternsOverlap(whole, whole)).toBe(true);
      expect(patternsOverlap(whole, parts.slice(0, depth + 1).join('/'))).toBe(true);
    }),
  );
});

test('lists overlap when one pattern of each does, and an empty list touches nothing', () => {
  expect(pathsOverlap(['docs/**', 'src/**'], ['test/**', 'src/a.ts'])).toBe(true);
  expect(pathsOverlap(['docs/**', 'src/**'], ['test/**'])).toBe(false);
  expect(pathsOverlap([], ['**'])).toBe(false);
});

test('long patterns full of wildcards are compared in moderate time', () => {
  const stars = 'a*'.repeat(490);
  expect(patternsOverlap(`${stars}b`, `${stars}c`)).toBe(false);
  expect(patternsOverlap('**/a/'.repeat(200), '**/b/'.repeat(200))).toBe(true);
});

/** Every path of one to `depth` names of one or two letters. */
function pathsOfDepth(depth: number): string[] {
  const names = ['a', 'b', 'aa', 'ab', 'ba', 'bb'];
  const level = (paths: string[]): string[] => paths.flatMap((path) => names.map((name) => `${path}/${name}`));
  let last = names;
  const all = [...names];
  for (let at = 1; at < depth; at++) {
    last = level(last);
    all.push(...last);
  }
  return all;
}
