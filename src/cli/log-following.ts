import { isStepSettled } from '../domain/status.js';
import type { StudioClient } from './client.js';
import { lastLines, newOutput } from './log-text.js';
import { patiently, pause } from './patience.js';
import type { Shell } from './shell.js';
import { sayingSo } from './watch.js';

/** What is followed, and from where on. */
export interface FollowedLog {
  readonly workflowId: string;
  readonly taskId: string;
  /** 0: none has begun yet. */
  readonly attempt: number;
  /** Whether attempts after it are of no interest. */
  readonly isLastWanted: boolean;
  /** Lines of what is there already; default: all. */
  readonly tail: number | undefined;
}

const POLL_MS = 300;
/** A read of a huge log takes long; the studio shall not be busy with us all the time. */
const REST_AFTER_READ = 4;

/**
 * Prints the output of a step's attempts as it comes, until the step is settled or the last wanted attempt is over. The state is asked before the
 * output, and an old attempt's output once more before that of a new one, so that nothing is missed.
 */
export async function printAsItComes(studio: StudioClient, shell: Shell, from: FollowedLog, signal: AbortSignal): Promise<void> {
  const { workflowId, taskId, isLastWanted } = from;
  const patience = sayingSo(shell, signal);
  const printer = createPrinter(shell, (attempt) => patiently(() => studio.log(workflowId, taskId, attempt, signal), patience), from);
  for (;;) {
    const begun = performance.now();
    const step = await patiently(() => studio.step(workflowId, taskId, signal), patience);
    await printer.printUpTo(isLastWanted ? from.attempt : step.attempt);
    if (isStepSettled(step.status) || (isLastWanted && step.attempt > from.attempt)) return;
    await pause(Math.max(POLL_MS, REST_AFTER_READ * (performance.now() - begun)), signal);
  }
}

function createPrinter(shell: Shell, read: (attempt: number) => Promise<Buffer>, { attempt: first, tail }: FollowedLog) {
  let attempt = first;
  let printed: Buffer | undefined;

  async function printNew(): Promise<void> {
    if (attempt === 0) return;
    const output = await read(attempt);
    await shell.print(printed ? newOutput(printed, output) : beginning(output));
    printed = output;
  }
  const beginning = (output: Buffer) => (tail === undefined ? output : lastLines(output, tail));

  return {
    async printUpTo(last: number): Promise<void> {
      await printNew();
      while (attempt < last) {
        attempt++;
        printed = Buffer.alloc(0);
        if (attempt > 1) shell.say(`attempt ${attempt}`);
        await printNew();
      }
    },
  };
}
