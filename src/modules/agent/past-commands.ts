import type { EventType } from '../../domain/events.js';
import type { AgentDeps, OpenAttempt } from './open-attempt.js';

/** Numbers of the commands of an attempt that earlier lives of it told of. */
export interface PastCommands {
  readonly begun: ReadonlySet<number>;
  readonly ended: ReadonlySet<number>;
}

const ENDS: readonly EventType[] = ['command-ended', 'check-passed', 'check-failed'];

/** Nothing for an attempt that begins. Begun and neither ended nor recorded: it was cut off. */
export async function pastCommands({ events }: Pick<AgentDeps, 'events'>, { claimed, session }: OpenAttempt): Promise<PastCommands> {
  if (claimed.how === 'begun') return { begun: new Set(), ended: new Set() };
  const { workflowId, taskId, attempt } = session.ref;
  const past = await events.list({ workflowId, taskId, attempt, after: 0, limit: 10_000 });
  const numbersOf = (types: readonly EventType[]) =>
    new Set(past.filter(({ type }) => types.includes(type)).map(({ data }) => data.n as number));
  return { begun: numbersOf(['command-started']), ended: numbersOf(ENDS) };
}
