import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePlan } from '../../src/domain/plan.js';
import { aPlan } from '../support/builders/a-plan.js';
import { anyNeeds } from '../support/builders/any-graph.js';
import { refusal } from './plan-refusal.js';

test('a need of an unknown task is told with the place and the nearest id', () => {
  const tasks = [{ id: 'lint' }, { id: 'format' }, { id: 'docs' }, { id: 'test', needs: ['fromat'] }];
  expect(refusal(aPlan({ tasks }))).toEqual(['tasks[3].needs[0]: no task "fromat"; did you mean "format"?']);
});

test.each([
  ['formatt', 'format'],
  ['ormat', 'format'],
  ['tset', 'test'],
  ['tests', 'test'],
  ['a', undefined],
  ['something-else', undefined],
])('for %s the nearest id is %s', (need, nearest) => {
  const tasks = [{ id: 'format' }, { id: 'test' }, { id: 'last', needs: [need] }];
  expect(refusal(aPlan({ tasks }))).toEqual([`tasks[2].needs[0]: no task "${need}"${nearest ? `; did you mean "${nearest}"?` : ''}`]);
});

test('a doubled id is told with its first place', () => {
  expect(refusal(aPlan({ tasks: [{ id: 'a' }, { id: 'b' }, { id: 'a' }] }))).toEqual(['tasks[2].id: "a" is the id of tasks[0] already']);
});

test('a doubled need is told with its first place', () => {
  const tasks = [{ id: 'a' }, { id: 'b' }, { id: 'c', needs: ['a', 'b', 'a'] }];
  expect(refusal(aPlan({ tasks }))).toEqual(['tasks[2].needs[2]: "a" is needs[0] already']);
});

test('all that is wrong with ids and needs is told at once', () => {
  const tasks = [
    { id: 'a', needs: ['x', 'y'] },
    { id: 'a', needs: ['z'] },
  ];
  expect(refusal(aPlan({ tasks }))).toEqual([
    'tasks[1].id: "a" is the id of tasks[0] already',
    'tasks[0].needs[0]: no task "x"; did you mean "a"?',
    'tasks[0].needs[1]: no task "y"; did you mean "a"?',
    'tasks[1].needs[0]: no task "z"; did you mean "a"?',
  ]);
});

describe('a circle is refused with its path', () => {
  test.each([
    ['a -> a', 'a -> a'],
    ['a -> b -> a', 'a -> b -> a'],
    ['start -> a -> b -> c -> a', 'a -> c -> b -> a'],
    ['a -> b, c -> d -> c', 'c -> d -> c'],
  ])('%s', (drawing, path) => {
    const [issue, ...more] = refusal(aPlan({ tasks: drawing }));
    expect(more).toEqual([]);
    expect(issue?.replace(/^tasks\[\d+\]\.needs: /, '')).toBe(`the tasks need each other in a circle: ${path}`);
  });

  test('of which a long one is told by its beginning and its end', () => {
    const tasks = Array.from({ length: 10_000 }, (_, i) => ({ id: `t${i}`, needs: [`t${(i + 1) % 10_000}`] }));
    const [issue] = refusal(aPlan({ tasks }));
    expect(issue).toMatch(/circle: t0 -> t1 -> .* -> t19 -> \(9961 more\) -> t9981 -> .* -> t9999 -> t0$/);
  });

  test('that is one: each task of it needs the next', () => {
    fc.assert(
      fc.property(anyNeeds({ withCircles: true }), (needs) => {
        const tasks = needs.map((list, index) => ({ id: `t${index}`, needs: list.map((need) => `t${need}`) }));
        const path = circleOf(tasks);
        if (path)
          for (const [place, id] of path.slice(1).entries()) expect(tasks.find((task) => task.id === path[place])?.needs).toContain(id);
        expect(path === undefined).toBe(canBeOrdered(needs));
      }),
    );
  });
});

test('needs may be told in any order of tasks', () => {
  expect(parsePlan(aPlan({ tasks: [{ id: 'b', needs: ['a'] }, { id: 'a' }] })).tasks.map(({ id }) => id)).toEqual(['b', 'a']);
});

/** The circle that the plan is refused for; undefined when it is taken. */
function circleOf(tasks: object[]): string[] | undefined {
  try {
    parsePlan(aPlan({ tasks }));
    return undefined;
  } catch (error) {
    return /circle: (.*)$/.exec(String(error))?.[1]?.split(' -> ');
  }
}

/** Whether taking away tasks without needs, again and again, leaves none. */
function canBeOrdered(needs: readonly (readonly number[])[]): boolean {
  const done = new Set<number>();
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for (const [index, list] of needs.entries()) if (list.every((need) => done.has(need))) done.add(index);
  }
  return done.size === needs.length;
}
