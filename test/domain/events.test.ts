import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { EVENT_TYPES } from '../../src/domain/events.js';
import { CANCEL, RUN_GRAPH, SEARCH_ATTRIBUTES, TASK_SETTLED } from '../../src/domain/messages.js';
import { STEP_STATUSES } from '../../src/domain/status.js';

test('every status that the graph gives a step has an event', () => {
  const given = STEP_STATUSES.filter((status) => status !== 'running').map((status) => `step-${status}`);
  expect(EVENT_TYPES).toEqual(expect.arrayContaining(given));
});

test('no event is listed twice', () => {
  expect(new Set(EVENT_TYPES).size).toBe(EVENT_TYPES.length);
});

test('every event is told in the past tense or as a state that was reached', () => {
  const others = EVENT_TYPES.filter((type) => !/(ed|lost|found|begun|pending|waiting)$/.test(type));
  expect(others).toEqual([]);
});

test('the workflow type of a graph is what the bundle of workflows exports', () => {
  const entry = readFileSync('workflows/index.ts', 'utf8');
  expect(entry).toContain(`export { ${RUN_GRAPH} }`);
});

test('signals and search attributes have names of their own', () => {
  expect(new Set([CANCEL, TASK_SETTLED]).size).toBe(2);
  expect(Object.keys(SEARCH_ATTRIBUTES)).toEqual(expect.arrayContaining(['PerennialProject', 'PerennialWorkflow', 'PerennialKind']));
});
