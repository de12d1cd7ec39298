import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { beating, boundary } from '../../activities/boundary.js';
import { bug, rejected, unavailable } from '../../src/domain/errors.js';
import { anActivity } from '../support/stand-ins/an-activity.js';
import { until } from '../support/stand-ins/until.js';

/** What Temporal gets to see of an error, in a given attempt of the activity. */
async function failureOf(error: unknown, attempt = 1): Promise<ApplicationFailure> {
  const failure = await anActivity({ attempt })
    .run(() => boundary(() => Promise.reject(error)))
    .catch((caught: unknown) => caught);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  return failure as ApplicationFailure;
}

describe('an error of an activity, as Temporal sees it:', () => {
  test('what was rejected fails for good under its code, with its details', async () => {
    const failure = await failureOf(rejected('tree-refused', 'it cannot be stored', { path: 'x' }));
    expect(failure).toMatchObject({ type: 'tree-refused', nonRetryable: true, message: 'it cannot be stored', details: [{ path: 'x' }] });
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  test('what is unavailable comes back', async () => {
    const failure = await failureOf(unavailable('database', 'it does not answer'));
    expect(failure).toMatchObject({ type: 'unavailable', nonRetryable: false, nextRetryDelay: 200, details: [{ part: 'database' }] });
  });

  test('a bug comes back too, for it may be mended meanwhile', async () => {
    expect(await failureOf(bug('impossible'))).toMatchObject({ type: 'bug', nonRetryable: false, message: 'impossible' });
  });

  test.each(['epoch-lost', 'stale-claim'])('%s comes back: the attempt goes on elsewhere, or was handed out here anew', async (code) => {
    expect(await failureOf(rejected(code, 'another has it'))).toMatchObject({ type: code, nonRetryable: false, nextRetryDelay: 200 });
  });

  test('any other error is a bug, and keeps where it came from', async () => {
    const error = new TypeError('x is not a function');
    const failure = await failureOf(error);
    expect(failure).toMatchObject({ type: 'bug', nonRetryable: false, message: 'x is not a function', nextRetryDelay: 200 });
    expect(failure.cause?.cause).toBe(error);
  });

  test('what is thrown and is no error at all is a bug', async () => {
    expect(await failureOf('just a text')).toMatchObject({ type: 'bug', message: 'just a text', nonRetryable: false });
  });

  test('retries come later and later, up to half a minute', async () => {
    const delays: unknown[] = [];
    for (const attempt of [1, 2, 3, 8, 9, 10, 1_000_000])
      delays.push((await failureOf(unavailable('part', 'away'), attempt)).nextRetryDelay);
    expect(delays).toEqual([200, 400, 800, 25_600, 30_000, 30_000, 30_000]);
  });

  test.each([new CancelledFailure('cancelled'), ApplicationFailure.nonRetryable('said already', 'own')])(
    '%s is passed on as it is',
    async (error) => {
      const caught = anActivity().run(() => boundary(() => Promise.reject(error)));
      await expect(caught).rejects.toBe(error);
    },
  );
});

test('what the work returns is what the activity returns', async () => {
  expect(await anActivity().run(() => boundary(async () => 'done'))).toBe('done');
  expect(await anActivity().run(() => beating(async () => 'done'))).toBe('done');
});

describe('an activity that beats', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] }));
  afterEach(() => void jest.useRealTimers());

  test('does so once a second while its work lasts, and no longer', async () => {
    const environment = anActivity();
    let beats = 0;
    environment.on('heartbeat', () => ++beats);
    let end: () => void = () => undefined;
    let isBegun = false;
    const work = () => {
      isBegun = true;
      return new Promise<void>((resolve) => (end = resolve));
    };
    const running = environment.run(() => beating(work));
    await until(() => isBegun);
    jest.advanceTimersByTime(3_000);
    end();
    await running;
    jest.advanceTimersByTime(10_000);
    expect(beats).toBe(3);
    expect(jest.getTimerCount()).toBe(0);
  });

  test.each([
    ['fails', () => Promise.reject(rejected('no', 'no'))],
    [
      'throws at once',
      () => {
        throw rejected('no', 'no');
      },
    ],
  ])('stops when its work %s, and maps its error', async (_, work) => {
    await expect(anActivity().run(() => beating(work))).rejects.toMatchObject({ type: 'no', nonRetryable: true });
    expect(jest.getTimerCount()).toBe(0);
  });
});
