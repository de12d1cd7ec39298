import { describe, expect, test } from '@jest/globals';
import { parsePlan } from '../../src/domain/plan.js';
import { aPlan } from '../support/builders/a-plan.js';
import { refusal, refusedAt } from './plan-refusal.js';

const taskOf = (task: object, plan: object = {}) => parsePlan(aPlan({ ...plan, tasks: [{ id: 'a', ...task }] })).tasks[0];

describe('what a plan does not say', () => {
  test('is filled in for the plan', () => {
    expect(parsePlan(aPlan())).toEqual({
      name: 'a-plan',
      maxParallel: 4,
      land: 'ask',
      checks: [],
      tasks: [expect.objectContaining({ id: 'a' })],
    });
  });

  test('is filled in for a task', () => {
    expect(taskOf({})).toEqual({
      id: 'a',
      title: 'a',
      needs: [],
      agent: 'none',
      run: [],
      repeat: 'redo',
      checks: [],
      recheck: false,
      paths: [],
      env: {},
      network: 'on',
      priority: 3,
      timeoutMs: 1_800_000,
      maxAttempts: 2,
      onFailure: 'ask',
      approve: false,
    });
  });

  test('comes from its defaults where they say it', () => {
    const defaults = { title: 'Tidy', repeat: 'ask', checks: ['true'], recheck: true, paths: ['src'], network: 'off', priority: 1 };
    const more = { timeout: '10m', maxAttempts: 5, onFailure: 'fail', approve: true, env: { A: '1' }, agent: 'none' };
    expect(taskOf({}, { defaults: { ...defaults, ...more } })).toMatchObject({
      ...defaults,
      ...{ timeoutMs: 600_000, maxAttempts: 5, onFailure: 'fail', approve: true, env: { A: '1' }, agent: 'none' },
    });
  });
});

describe('what a task says itself', () => {
  test('counts more than the defaults', () => {
    expect(
      taskOf({ timeout: '1h', priority: 5, recheck: false }, { defaults: { timeout: '10m', priority: 1, recheck: true } }),
    ).toMatchObject({
      timeoutMs: 3_600_000,
      priority: 5,
      recheck: false,
    });
  });

  test('is joined with the defaults for its environment, its own names first', () => {
    expect(taskOf({ env: { B: 'own' } }, { defaults: { env: { A: 'all', B: 'all' } } })?.env).toEqual({ A: 'all', B: 'own' });
  });

  test('about failure counts more than the defaults, and those more than the plan', () => {
    expect(taskOf({}, { onFailure: 'fail' })?.onFailure).toBe('fail');
    expect(taskOf({}, { onFailure: 'fail', defaults: { onFailure: 'ask' } })?.onFailure).toBe('ask');
    expect(taskOf({ onFailure: 'skip-dependents' }, { onFailure: 'fail', defaults: { onFailure: 'ask' } })?.onFailure).toBe(
      'skip-dependents',
    );
  });
});

test('all that a plan may say of the whole is kept', () => {
  const said = { goal: 'tidy up', maxParallel: 200, land: 'never', checks: ['npm test'], budget: { usd: 5, tokens: 10, time: '2h' } };
  expect(parsePlan(aPlan(said))).toMatchObject({ ...said, budget: { usd: 5, tokens: 10, time: 7_200_000 } });
});

test('one command may be written as one string', () => {
  expect(taskOf({ run: 'npm test', checks: 'true' })).toMatchObject({ run: ['npm test'], checks: ['true'] });
  expect(parsePlan(aPlan({ checks: 'npm test' })).checks).toEqual(['npm test']);
});

describe('the agent, when a task does not name it,', () => {
  test.each([
    ['is a script when there are commands', { run: ['true'] }, {}, 'script'],
    ['is a model when there is a prompt', { prompt: 'tidy up' }, {}, 'llm'],
    ['is none when there is neither', {}, {}, 'none'],
    ['is the default of the plan', { prompt: 'tidy up' }, { agent: 'acp:some-agent' }, 'acp:some-agent'],
    ['is a script for commands, whatever the default', { run: ['true'] }, { agent: 'llm' }, 'script'],
  ])('%s', (_, task, defaults, agent) => {
    expect(taskOf(task, { defaults })?.agent).toBe(agent);
  });
});

test('the agent that a task names is taken', () => {
  const tasks = [
    { id: 'a', agent: 'script', run: ['true'] },
    { id: 'b', agent: 'acp:claude-code', prompt: 'x' },
    { id: 'c', agent: 'none' },
    { id: 'd', agent: 'llm', prompt: 'x' },
  ];
  expect(parsePlan(aPlan({ tasks })).tasks.map(({ agent }) => agent)).toEqual(['script', 'acp:claude-code', 'none', 'llm']);
});

describe('an agent that does not go with its task is refused:', () => {
  test.each([
    ['commands and a prompt', { run: ['true'], prompt: 'x' }, 'tasks[0]: has both run and prompt; expected one of them'],
    ['a script without commands', { agent: 'script' }, 'tasks[0]: agent "script" expects run: a list of shell commands'],
    ['a model with commands', { agent: 'llm', run: ['true'] }, 'tasks[0].run: agent "llm" takes no commands; only "script" does'],
    ['none with a prompt', { agent: 'none', prompt: 'x' }, 'tasks[0].prompt: agent "none" takes no prompt'],
    ['a model without a prompt', { agent: 'llm' }, 'tasks[0]: agent "llm" expects a prompt'],
  ])('%s', (_, task, issue) => {
    expect(refusal(aPlan({ tasks: [{ id: 'a', ...task }] }))).toEqual([issue]);
  });
});

describe('refused at its place:', () => {
  const inTask = (field: object) => aPlan({ tasks: [{ id: 'a', ...field }] });
  test.each([
    ['no version', { name: 'x', tasks: [{ id: 'a' }] }, 'version'],
    ['another version', aPlan({ version: 2 }), 'version'],
    ['a version that is text', aPlan({ version: '1' }), 'version'],
    ['no name', aPlan({ name: undefined }), 'name'],
    ['an empty name', aPlan({ name: '' }), 'name'],
    ['a name of 101 characters', aPlan({ name: 'n'.repeat(101) }), 'name'],
    ['no task', aPlan({ tasks: [] }), 'tasks'],
    ['tasks that are no list', aPlan({ tasks: { a: {} } }), 'tasks'],
    ['maxParallel of 0', aPlan({ maxParallel: 0 }), 'maxParallel'],
    ['maxParallel of 201', aPlan({ maxParallel: 201 }), 'maxParallel'],
    ['half a task at once', aPlan({ maxParallel: 1.5 }), 'maxParallel'],
    ['a number that is text', aPlan({ maxParallel: '4' }), 'maxParallel'],
    ['an unknown policy', aPlan({ onFailure: 'ignore' }), 'onFailure'],
    ['an unknown way to land', aPlan({ land: 'yes' }), 'land'],
    ['a budget below nothing', aPlan({ budget: { usd: -1 } }), 'budget.usd'],
    ['an endless budget', aPlan({ budget: { usd: Number.POSITIVE_INFINITY } }), 'budget.usd'],
    ['a budget of half a token', aPlan({ budget: { tokens: 0.5 } }), 'budget.tokens'],
    ['a time that is a number', aPlan({ budget: { time: 60 } }), 'budget.time'],
    ['an empty command', inTask({ run: ['true', ''] }), 'tasks[0].run[1]'],
    ['no commands at all', inTask({ run: [] }), 'tasks[0].run'],
    ['a command that is no text', inTask({ run: [1] }), 'tasks[0].run[0]'],
    ['an empty check', inTask({ checks: [''] }), 'tasks[0].checks[0]'],
    ['an unknown agent', inTask({ agent: 'wizard' }), 'tasks[0].agent'],
    ['an agent named like an option', inTask({ agent: 'acp:-rf' }), 'tasks[0].agent'],
    ['a path that leaves the repository', inTask({ paths: ['src/../../etc'] }), 'tasks[0].paths[0]'],
    ['an empty path', inTask({ paths: [''] }), 'tasks[0].paths[0]'],
    ['paths that no history carries', inTask({ paths: Array.from({ length: 40 }, (_, i) => `${i}/${'x'.repeat(900)}`) }), 'tasks[0].paths'],
    ['a time-out without a unit', inTask({ timeout: '10' }), 'tasks[0].timeout'],
    ['a time-out that no timer holds', inTask({ timeout: '25d' }), 'tasks[0].timeout'],
    ['no time at all', inTask({ timeout: '0s' }), 'tasks[0].timeout'],
    ['priority 0', inTask({ priority: 0 }), 'tasks[0].priority'],
    ['priority 6', inTask({ priority: 6 }), 'tasks[0].priority'],
    ['no attempt', inTask({ maxAttempts: 0 }), 'tasks[0].maxAttempts'],
    ['an unknown network', inTask({ network: 'lan' }), 'tasks[0].network'],
    ['an unknown way to repeat', inTask({ repeat: 'never' }), 'tasks[0].repeat'],
    ['an approval that is text', inTask({ approve: 'yes' }), 'tasks[0].approve'],
    ['a variable that is a number', inTask({ env: { PORT: 8080 } }), 'tasks[0].env.PORT'],
    ['a variable with a strange name', inTask({ env: { 'A-B': 'x' } }), 'tasks[0].env.A-B'],
    ['a variable of ours', inTask({ env: { PERENNIAL_RUN: 'x' } }), 'tasks[0].env.PERENNIAL_RUN'],
    ['nothing where a list belongs', inTask({ needs: null }), 'tasks[0].needs'],
    ['a task that is nothing', aPlan({ tasks: [null] }), 'tasks[0]'],
    ['a prompt for everybody', aPlan({ defaults: { prompt: 'x' } }), 'defaults.prompt'],
    ['needs for everybody', aPlan({ defaults: { needs: [] } }), 'defaults.needs'],
    ['commands for everybody', aPlan({ defaults: { run: ['true'] } }), 'defaults.run'],
    ['an id for everybody', aPlan({ defaults: { id: 'a' } }), 'defaults.id'],
  ])('%s', (_, plan, path) => {
    expect(refusedAt(plan)).toEqual([path]);
  });
});

test.each(['a', '0', 'a-', 'a'.repeat(63)])('a task may be called %s', (id) => {
  expect(parsePlan(aPlan({ tasks: [{ id }] })).tasks[0]?.id).toBe(id);
});

test.each(['', '-a', 'A', 'a_b', 'a.b', 'a b', 'a/b', 'ä', 'a\n', 'a'.repeat(64), 7, null])('no task may be called %j', (id) => {
  expect(refusedAt(aPlan({ tasks: [{ id }] }))).toEqual(['tasks[0].id']);
});

describe('unknown keys are refused by name', () => {
  test('wherever they are, all of them at once', () => {
    const plan = aPlan({
      colour: 1,
      defaults: { shape: 1 },
      budget: { eur: 5 },
      tasks: [{ id: 'a', run: ['true'], depends: ['b'], when: 'x' }],
    });
    expect(refusedAt(plan).sort()).toEqual(['budget.eur', 'colour', 'defaults.shape', 'tasks[0].depends', 'tasks[0].when']);
  });

  test('in words that say so', () => {
    expect(refusal(aPlan({ colour: 1 }))).toEqual(['colour: is not a key that a plan has here']);
  });
});

test.each([undefined, null, 'version: 1', 1, [], true])('%j is no plan', (input) => {
  expect(refusal(input)).toEqual([expect.stringMatching(/^: Invalid input: expected object/)]);
});

test('the error says in one line where to begin, and how much more there is', () => {
  expect(() => parsePlan(aPlan({ maxParallel: 0, land: 'yes', name: 7 }))).toThrow(/^the plan was refused: name: .* \(and 2 more\)$/);
  expect(() => parsePlan(aPlan({ name: 7 }))).toThrow(/^the plan was refused: name: [^(]*$/);
  expect(() => parsePlan(7)).toThrow(/^the plan was refused: Invalid input: expected object/);
});
