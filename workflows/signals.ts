import { defineSignal } from '@temporalio/workflow';
import { CANCEL, type CancelSignal, TASK_SETTLED, type TaskSettledSignal } from '../src/domain/messages.js';

export const cancel = defineSignal<[CancelSignal]>(CANCEL);
export const taskSettled = defineSignal<[TaskSettledSignal]>(TASK_SETTLED);
