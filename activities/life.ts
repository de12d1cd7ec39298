import { Context } from '@temporalio/activity';
import type { ActivityLife } from '../src/modules/agent/open-attempt.js';

/** The life of the activity that is being executed, as the agent module needs it. */
export function activityLife(): ActivityLife {
  const context = Context.current();
  return {
    taskToken: Buffer.from(context.info.taskToken).toString('base64'),
    handedOutAt: context.info.currentAttemptScheduledTimestampMs,
    signal: context.cancellationSignal,
    isCancelRequested: () => context.cancellationDetails?.cancelRequested === true,
  };
}
