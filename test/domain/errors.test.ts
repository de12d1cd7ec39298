import { describe, expect, test } from '@jest/globals';
import { bug, isPerennialError, notFound, PerennialError, rejected, unavailable } from '../../src/domain/errors.js';

describe('an error says what to do about it', () => {
  test('what was rejected carries its stable code and its details', () => {
    const error = rejected('wrong-state', 'expected a running workflow, got a failed one', { status: 'failed' });
    expect(error).toMatchObject({ code: 'wrong-state', kind: 'rejected', details: { status: 'failed' } });
    expect(error.message).toBe('expected a running workflow, got a failed one');
  });

  test('what is not there is told by kind and id', () => {
    expect(notFound('workflow', 'abc')).toMatchObject({
      code: 'not-found',
      kind: 'rejected',
      message: 'there is no workflow "abc"',
      details: { what: 'workflow', id: 'abc' },
    });
  });

  test('a part that is away is named, with what it said', () => {
    const cause = new TypeError('connect ECONNREFUSED');
    expect(unavailable('database', 'PostgreSQL does not answer', cause)).toMatchObject({
      kind: 'unavailable',
      details: { part: 'database' },
      cause,
    });
  });

  test('a bug keeps what caused it, for the log', () => {
    const cause = new TypeError('x is not a function');
    expect(bug('it broke', { where: 'here' }, cause)).toMatchObject({ code: 'bug', kind: 'bug', details: { where: 'here' }, cause });
  });

  test('details are empty when nobody gave any', () => {
    expect([rejected('a', 'b').details, bug('c').details, new PerennialError('d', 'bug', 'e').details]).toEqual([{}, {}, {}]);
  });
});

test('only our own errors count as ours', () => {
  const foreign = Object.assign(new TypeError('no'), { code: 'x', kind: 'rejected' });
  expect([bug('a'), foreign, undefined, 'text'].map(isPerennialError)).toEqual([true, false, false, false]);
});

test('an error prints under its own name', () => {
  expect(String(rejected('a', 'no such thing'))).toBe('PerennialError: no such thing');
});
