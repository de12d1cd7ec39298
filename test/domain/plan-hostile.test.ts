import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PerennialError } from '../../src/domain/errors.js';
import { parsePlan } from '../../src/domain/plan.js';
import { aPlan, planFromJson } from '../support/builders/a-plan.js';
import { refusal, refusedAt } from './plan-refusal.js';

const KB = 1_024;
const MB = KB * KB;
const taskPlan = (task: object) => aPlan({ tasks: [{ id: 'a', ...task }] });

describe('limits', () => {
  test('10,000 tasks in a chain are taken', () => {
    const tasks = Array.from({ length: 10_000 }, (_, i) => ({ id: `t${i}`, needs: i === 0 ? [] : [`t${i - 1}`] }));
    expect(parsePlan(aPlan({ tasks })).tasks).toHaveLength(10_000);
  });

  test('10,001 tasks are refused', () => {
    expect(refusedAt(aPlan({ tasks: Array.from({ length: 10_001 }, (_, i) => ({ id: `t${i}` })) }))).toEqual(['tasks']);
  });

  test('50,000 needs are taken, one more is refused', () => {
    const tasks = Array.from({ length: 600 }, (_, i) => ({ id: `t${i}`, needs: i < 100 ? [] : idsBelow(100) }));
    expect(parsePlan(aPlan({ tasks })).tasks).toHaveLength(600);
    expect(refusal(aPlan({ tasks: [...tasks, { id: 'last', needs: ['t0'] }] }))).toEqual(['tasks: has 50001 needs in all; at most 50000']);
  });

  test.each([
    ['a prompt', (text: string) => taskPlan({ prompt: text }), 'tasks[0].prompt'],
    ['a command', (text: string) => taskPlan({ run: [text] }), 'tasks[0].run[0]'],
    ['a check', (text: string) => taskPlan({ checks: [text] }), 'tasks[0].checks[0]'],
    ['a check of the plan', (text: string) => aPlan({ checks: [text] }), 'checks[0]'],
    ['a variable', (text: string) => taskPlan({ env: { A: text } }), 'tasks[0].env.A'],
    ['a goal', (text: string) => aPlan({ goal: text }), 'goal'],
  ])('64 KB of %s are taken, one byte more is refused', (_, plan, path) => {
    for (const letter of ['x', 'é', '€', '😀']) {
      const bytes = Buffer.byteLength(letter);
      const most = letter.repeat(Math.floor((64 * KB) / bytes)) + 'x'.repeat((64 * KB) % bytes);
      expect(() => parsePlan(plan(most))).not.toThrow();
      expect(refusal(plan(`${most}x`))).toEqual([`${path}: is longer than 64 KB`]);
    }
  });

  test('4 MB of text in all are taken, more is refused', () => {
    const tasks = Array.from({ length: 63 }, (_, i) => ({ id: `t${i}`, prompt: 'x'.repeat(64 * KB) }));
    expect(parsePlan(aPlan({ tasks })).tasks).toHaveLength(63);
    expect(refusal(aPlan({ tasks: [...tasks, { id: 'last', prompt: 'x'.repeat(64 * KB) }] }))).toEqual([': holds more than 4 MB of text']);
  });

  test('the longest time-out is what a timer holds', () => {
    expect(parsePlan(taskPlan({ timeout: '24d' })).tasks[0]?.timeoutMs).toBeLessThan(2 ** 31);
  });
});

describe('characters that no database takes are refused at their place', () => {
  test.each([
    ['in a text', aPlan({ goal: 'a\0b' }), 'goal'],
    ['in a list', taskPlan({ run: ['true', 'echo \0'] }), 'tasks[0].run[1]'],
    ['in a key, which is shown harmlessly', taskPlan({ env: { 'A\0B': 'x' } }), 'tasks[0].env.A\ufffdB'],
    ['in a key that is unknown', aPlan({ '\0': 1 }), '\ufffd'],
    ['as half of a character', aPlan({ goal: 'a\ud83d' }), 'goal'],
    ['as the other half', aPlan({ goal: '\ude00a' }), 'goal'],
  ])('%s', (_, plan, path) => {
    expect(refusedAt(plan)).toEqual([path]);
  });

  test('and whole characters beyond the first plane are taken', () => {
    expect(parsePlan(aPlan({ goal: 'tidy 😀' })).goal).toBe('tidy 😀');
  });
});

describe('input that was made to do harm', () => {
  test.each([
    ['{"version":1,"name":"x","tasks":[{"id":"a"}],"__proto__":{"land":"auto"}}', '__proto__'],
    ['{"version":1,"name":"x","tasks":[{"id":"a","__proto__":{"approve":true}}]}', 'tasks[0].__proto__'],
    ['{"version":1,"name":"x","tasks":[{"id":"a","env":{"__proto__":"x"}}]}', 'tasks[0].env.__proto__'],
    ['{"version":1,"name":"x","tasks":[{"id":"a"}],"defaults":{"__proto__":{"agent":"llm"}}}', 'defaults.__proto__'],
    ['{"version":1,"name":"x","tasks":[{"id":"a"}],"constructor":1}', 'constructor'],
  ])('with a key of every object is refused: %s', (text, path) => {
    expect(refusedAt(planFromJson(text))).toEqual([path]);
    expect(({} as { land?: string }).land).toBeUndefined();
  });

  test('names of variables that every object has are plain names', () => {
    const { env } =
      parsePlan(planFromJson('{"version":1,"name":"x","tasks":[{"id":"a","env":{"constructor":"x","toString":"y"}}]}')).tasks[0] ?? {};
    expect(JSON.stringify(env)).toBe('{"constructor":"x","toString":"y"}');
  });

  test('a need named like a key of every object is an unknown task', () => {
    expect(refusal(taskPlan({ needs: ['__proto__', 'constructor'] }))).toEqual([
      'tasks[0].needs[0]: no task "__proto__"',
      'tasks[0].needs[1]: no task "constructor"',
    ]);
  });

  test('100,000 levels deep is refused without harm', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep };
    expect(refusal(aPlan({ goal: deep }))[0]).toMatch(/: is nested more than 64 levels deep$/);
  });

  test('that holds itself, ever more often, is refused', () => {
    const circle: unknown[] = [];
    circle.push(circle, circle, circle);
    expect(refusal(aPlan({ goal: circle }))[0]).toMatch(/is nested more than 64 levels deep$/);
    let grown: unknown = ['x'];
    for (let i = 0; i < 40; i++) grown = [grown, grown];
    expect(refusal(aPlan({ goal: grown }))).toEqual([': holds more than 4 MB of text']);
  });

  test('with 100,000 unknown needs is refused at once, naming the first hundred', () => {
    const tasks = Array.from({ length: 10_000 }, (_, i) => ({ id: `a-task-${i}`, needs: likeNames(i) }));
    const issues = refusal(aPlan({ tasks }));
    expect(issues).toHaveLength(100);
    expect(issues[0]).toBe('tasks[0].needs[0]: no task "b-task-00"; did you mean "a-task-0"?');
  });

  test('with a need of a megabyte is refused in a short text', () => {
    expect(refusal(taskPlan({ needs: ['n'.repeat(MB)] }))[0]?.length).toBeLessThan(200);
  });

  test('with a long unknown key is refused in a short text', () => {
    expect(refusal(aPlan({ ['k'.repeat(MB)]: 1 }))[0]?.length).toBeLessThan(200);
  });

  test('of any kind is taken or refused as a plan, and nothing else happens', () => {
    const plan = fc.oneof(
      fc.anything(),
      fc.record({ version: fc.constant(1), name: fc.anything(), tasks: fc.anything(), defaults: fc.anything() }, { requiredKeys: [] }),
      fc.record({
        version: fc.constant(1),
        name: fc.constant('x'),
        tasks: fc.array(fc.record({ id: fc.constant('a'), needs: fc.anything(), env: fc.anything() })),
      }),
    );
    fc.assert(
      fc.property(plan, (input) => {
        try {
          parsePlan(input);
        } catch (error) {
          expect(error).toBeInstanceOf(PerennialError);
          expect((error as PerennialError).code).toBe('plan-refused');
        }
      }),
      { numRuns: 500 },
    );
  });
});

function idsBelow(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `t${i}`);
}

function likeNames(i: number): string[] {
  return Array.from({ length: 10 }, (_, n) => `b-task-${i}${n}`);
}
