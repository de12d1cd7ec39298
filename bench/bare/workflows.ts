import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { BareActivities } from './activities.js';

const { doNothing, tellTime } = proxyActivities<BareActivities>({ startToCloseTimeout: '1m' });

/** One no-op activity a task, one after the other. */
export async function chainOfActivities(length: number): Promise<void> {
  for (let n = 0; n < length; n++) await doNothing();
}

/** One child workflow with one no-op activity a task, one after the other. */
export async function chainOfChildren(length: number): Promise<void> {
  const { workflowId } = workflowInfo();
  for (let n = 0; n < length; n++) await executeChild(oneActivity, { workflowId: `${workflowId}/${n}`, workflowTaskTimeout: '3s' });
}

export async function oneActivity(): Promise<void> {
  await doNothing();
}

/** When its activity began, in milliseconds since 1970. */
export async function firstActivity(): Promise<number> {
  return tellTime();
}
