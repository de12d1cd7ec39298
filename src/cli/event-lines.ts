import type { EventDocument } from './documents.js';
import { oneLine, shortened } from './output.js';
import type { Paint, Style } from './shell.js';
import { duration, timeOfDay } from './times.js';

/** Turns events, given in their order, into the lines that are worth showing of them. */
export interface EventLines {
  /** Undefined for what says nothing new to a person. */
  lineOf(event: EventDocument): string | undefined;
}

export function createEventLines(paint: Paint): EventLines {
  const startedAt = new Map<string, number>();
  return {
    lineOf(event) {
      const { taskId = '', at, type } = event;
      if (type === 'step-started') startedAt.set(taskId, Date.parse(at));
      const words = WORDS[type]?.(event, Date.parse(at) - (startedAt.get(taskId) ?? Date.parse(at)));
      if (!words) return undefined;
      const [sign, style, text] = words;
      return `${paint('dim', timeOfDay(at))} ${paint(style, sign)} ${shownText(style, text, paint)}`;
    },
  };
}

type Words = readonly [sign: string, style: Style, text: string];

/** Commands may be long and of many lines. */
const TEXT_LIMIT = 300;

function shownText(style: Style, text: string, paint: Paint): string {
  const line = shortened(oneLine(text), TEXT_LIMIT);
  return style === 'dim' ? paint('dim', line) : line;
}

const WORDS: Readonly<Record<string, (event: EventDocument, tookMs: number) => Words | undefined>> = {
  'workflow-started': () => ['▶', 'bold', 'the run has started'],
  'workflow-completed': () => ['✓', 'green', 'the run is completed'],
  'workflow-failed': ({ data }) => ['✗', 'red', `the run has failed${because(data.reason)}`],
  'workflow-cancelled': ({ data }) => ['✗', 'red', `the run is cancelled${because(data.reason)}`],
  'workflow-paused': ({ data }) => ['!', 'yellow', `the run is paused${because(data.reason)}`],
  'workflow-resumed': () => ['▶', 'bold', 'the run goes on'],
  'step-started': ({ taskId, attempt = 1 }) => ['▶', 'dim', `${taskId} started${attempt > 1 ? ` (attempt ${attempt})` : ''}`],
  'step-pending': ({ taskId, data }) => ['↻', 'yellow', `${taskId} will be tried again${because(errorOf(data))}`],
  'step-completed': ({ taskId, data }, tookMs) => ['✓', 'green', `${taskId} completed (${commitOf(data)}) in ${duration(tookMs)}`],
  'step-failed': ({ taskId, data }) => ['✗', 'red', `${taskId} failed${because(errorOf(data))}`],
  'step-waiting': ({ taskId, data }) => ['!', 'yellow', `${taskId} waits: ${data.waitingFor}${because(errorOf(data))}`],
  'step-skipped': ({ taskId }) => ['-', 'dim', `${taskId} skipped`],
  'step-cancelled': ({ taskId }) => ['✗', 'red', `${taskId} cancelled`],
  'agent-run-lost': ({ taskId }) => ['!', 'yellow', `${taskId}: the worker died at it`],
  'agent-run-started': ({ taskId, epoch = 1 }) =>
    epoch > 1 ? ['↻', 'yellow', `${taskId} goes on where it was (epoch ${epoch})`] : undefined,
  'command-started': ({ taskId, data }) => ['›', 'dim', `${taskId}: ${data.kind === 'check' ? 'check: ' : ''}${data.command}`],
  'command-repeated': ({ taskId, data }) => ['↻', 'yellow', `${taskId}: a command that a crash cut off is run again: ${data.command}`],
};

const commitOf = (data: EventDocument['data']): string => {
  return typeof data.commit === 'string' ? `commit ${data.commit.slice(0, 7)}` : 'nothing changed';
};

const errorOf = (data: EventDocument['data']): unknown => (data.error as { message?: unknown } | undefined)?.message;

const because = (reason: unknown): string => (typeof reason === 'string' && reason !== '' ? `: ${reason}` : '');
