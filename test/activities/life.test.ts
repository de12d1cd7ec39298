import { describe, expect, test } from '@jest/globals';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';

import { agentActivities } from '../../activities/index.js';
import { activityLife } from '../../activities/life.js';
import type { WorkResult } from '../../src/domain/activities.js';
import type { ActivityLife } from '../../src/modules/agent/open-attempt.js';
import { ATTEMPT } from '../support/stand-ins/agent-world.js';
import { anActivity } from '../support/stand-ins/an-activity.js';

/** An attempt that works until it is told to stop, and what it saw of its life then. */
function stoppable() {
  const environment = anActivity();
  let began: (life: ActivityLife) => void = () => undefined;
  const life = new Promise<ActivityLife>((resolve) => (began = resolve));
  const { workOnTask } = agentActivities({
    work: (_, given) => {
      began(given);
      return new Promise<WorkResult>((_resolve, reject) => given.signal.addEventListener('abort', () => reject(given.signal.reason)));
    },
  });
  return { environment, life, working: environment.run(workOnTask, ATTEMPT).catch((error: unknown) => error) };
}

describe('the life of an activity', () => {
  test('has its task token as text', async () => {
    const taskToken = Buffer.from([0, 255, 7]);
    const life = await anActivity({ taskToken }).run<[], ActivityLife, () => Promise<ActivityLife>>(async () => activityLife());
    expect(Buffer.from(life.taskToken, 'base64')).toEqual(taskToken);
    expect(life.signal.aborted).toBe(false);
    expect(life.isCancelRequested()).toBe(false);
  });

  test('says that it was cancelled when somebody asked for it, and passes the cancellation on', async () => {
    const { environment, life, working } = stoppable();
    const { isCancelRequested, signal } = await life;
    environment.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    expect(isCancelRequested()).toBe(true);
    expect(await working).toBe(signal.reason);
    expect(await working).toBeInstanceOf(CancelledFailure);
  });

  test.each([
    ['the worker shuts down', 'WORKER_SHUTDOWN', { workerShutdown: true }],
    ['Temporal gave the attempt to another', 'NOT_FOUND', { notFound: true }],
    ['it ran out of time', 'TIMED_OUT', { timedOut: true }],
    ['it was paused', 'PAUSED', { paused: true }],
  ] as const)('says only that it is to stop when %s', async (_, reason, details) => {
    const { environment, life, working } = stoppable();
    const { isCancelRequested, signal } = await life;
    environment.cancel(reason, new ActivityCancellationDetails(details));
    expect(signal.aborted).toBe(true);
    expect(isCancelRequested()).toBe(false);
    expect(await working).toBeInstanceOf(CancelledFailure);
  });
});
