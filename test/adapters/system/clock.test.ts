import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.js';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a sleep lasts as long as it should', async () => {
  const before = systemClock.now().getTime();
  await systemClock.sleep(30);
  expect(systemClock.now().getTime() - before).toBeGreaterThanOrEqual(29);
});

test('an aborted sleep ends at once and leaves no timer', async () => {
  const [abort, before] = [new AbortController(), timers()];
  const asleep = systemClock.sleep(1_000_000, abort.signal);
  expect(timers()).toBe(before + 1);
  abort.abort();
  await asleep;
  expect(timers()).toBe(before);
});

test('a sleep that was aborted before does not begin', async () => {
  await systemClock.sleep(1_000_000, AbortSignal.abort());
});

test('a sleep that is over leaves no listener', async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a sleep of months does not end at once', async () => {
  const abort = new AbortController();
  let isOver = false;
  const asleep = systemClock.sleep(2 ** 33, abort.signal).then(() => {
    isOver = true;
  });
  await systemClock.sleep(20);
  expect(isOver).toBe(false);
  abort.abort();
  await asleep;
});
