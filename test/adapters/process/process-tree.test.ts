import { expect, test } from '@jest/globals';
import { descendantsOf } from '../../../src/adapters/process/process-tree.js';

const stat = (pid: number, parent: number) => ({ pid, parent, startTime: '1', group: pid, session: pid, isZombie: false });
const pids = (roots: number[], ...all: [number, number][]) =>
  descendantsOf(
    roots,
    all.map(([pid, parent]) => stat(pid, parent)),
  )
    .map((found) => found.pid)
    .sort();

test('descendants are children and theirs, without the roots and without others', () => {
  expect(pids([2], [2, 1], [3, 2], [4, 3], [5, 1], [6, 5])).toEqual([3, 4]);
});

test('a root below another root is counted as neither', () => {
  expect(pids([2, 3], [2, 1], [3, 2], [4, 3])).toEqual([4]);
});

test('a loop, which a list taken over a moment may show, comes to an end', () => {
  expect(pids([2], [2, 4], [3, 2], [4, 3])).toEqual([3, 4]);
});
