import { once } from 'node:events';
import type { Logger } from './logger.js';
import { SPARE } from './supervisor/role-part.js';

/** A role that runs until it is told to stop. */
export interface RunningRole {
  /** Resolves when the role ended by itself, which it should not; rejects when it failed. */
  readonly ended?: Promise<void>;
  /** Ends what was begun, and closes. */
  stop(): Promise<void>;
}

/** Tells the supervisor, if there is one, that this role is really ready. */
export function tellReady(facts: Readonly<Record<string, unknown>> = {}): void {
  process.send?.({ ready: true, ...facts });
}

/** Does what the supervisor asks of this role, each time. Nobody waits for it. */
export function whenAsked(request: string, work: () => Promise<void>): void {
  process.on('message', (message) => {
    if (message === request) void work();
  });
}

/**
 * A spare waits here, with all that takes long behind it, until it takes the place of a dead process; any other process goes on at once. It has
 * begun nothing yet, so it just ends when it is not needed any more, or nobody could tell it.
 */
export async function untilNeeded(): Promise<void> {
  if (!process.argv.includes(SPARE)) return;
  const end = () => process.exit();
  if (!process.connected) end();
  for (const event of ENDS_A_SPARE) process.on(event, end);
  await once(process, 'message');
  for (const event of ENDS_A_SPARE) process.off(event, end);
}

const ENDS_A_SPARE = ['SIGTERM', 'SIGINT', 'disconnect'];

/** Runs a role until SIGTERM or SIGINT, then drains it. A supervisor that dies does not end it. */
export async function runRole(logger: Logger, start: () => Promise<RunningRole>): Promise<void> {
  process.on('disconnect', () => logger.warn('the supervisor is gone; going on'));
  const asked = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  try {
    const role = await start();
    await Promise.race([asked, role.ended].filter(Boolean));
    await role.stop();
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'this role cannot go on');
    process.exit(1); // What was opened before it failed would keep the process alive.
  }
  if (process.connected) process.disconnect();
}
