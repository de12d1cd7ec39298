import { isWorkflowEnded } from '../domain/status.js';
import type { StudioClient } from './client.js';
import type { EventDocument, WorkflowDocument } from './documents.js';
import { createEventLines } from './event-lines.js';
import { type Patience, patiently, pause } from './patience.js';
import type { Shell } from './shell.js';
import { wayOut } from './summary.js';

const POLL_MS = 300;
/** Without news for so long, the workflow itself is asked whether it has ended. */
const QUIET_POLLS = 10;

const ENDS = ['workflow-completed', 'workflow-failed', 'workflow-cancelled'];

/**
 * Says what happens in a workflow, from its beginning, until it has ended; returns it as it is then. Goes on when the studio is away for a while,
 * however long. Throws the signal's reason.
 */
export async function watchWorkflow(studio: StudioClient, shell: Shell, id: string, signal: AbortSignal): Promise<WorkflowDocument> {
  const patience = sayingSo(shell, signal);
  const tell = createTeller(shell, id);
  let after = 0;
  for (let quiet = 0; ; quiet++) {
    const page = await patiently(() => studio.events(id, after, signal), patience);
    for (const event of page.items) tell(event);
    if (page.items.length > 0) quiet = 0;
    after = page.items.at(-1)?.id ?? after;
    if (page.next !== undefined) continue;
    if (page.items.some(({ type }) => ENDS.includes(type)) || quiet % QUIET_POLLS === QUIET_POLLS - 1) {
      const workflow = await patiently(() => studio.workflow(id, signal), patience);
      if (isWorkflowEnded(workflow.status)) return workflow;
    }
    await pause(POLL_MS, signal);
  }
}

/** Patience without end, told in two lines. */
export function sayingSo(shell: Shell, signal: AbortSignal): Patience {
  return {
    signal,
    away: ({ message }) => shell.say(shell.paintProgress('yellow', `the studio is away, still trying: ${message}`)),
    back: () => shell.say('the studio is back'),
  };
}

function createTeller(shell: Shell, id: string): (event: EventDocument) => void {
  const lines = createEventLines(shell.paintProgress);
  let hasTold = false;
  return (event) => {
    const line = lines.lineOf(event);
    if (line !== undefined) shell.say(line);
    if (event.type !== 'step-waiting' || hasTold) return;
    hasTold = true;
    shell.say(`  ${wayOut(id)}`);
  };
}
