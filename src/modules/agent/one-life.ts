import { unavailable } from '../../domain/errors.js';
import { type AttemptRef, attemptName } from '../../domain/names.js';

interface Life {
  readonly end: AbortController;
  over: Promise<unknown>;
}

/** Lets one life of an attempt follow another in this process, and never two at once. */
export type OneLife = <T>(attempt: AttemptRef, signal: AbortSignal, live: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Temporal hands an attempt out again when its heartbeats were not heard for a while (a closed lid, a worker that was stopped), to this very
 * worker too, whose first life does not know it yet. Nothing else tells the two apart: they share worker, epoch and worktree. So the later one
 * ends the earlier and waits for it before it touches anything.
 */
export function oneLifeEach(): OneLife {
  const lives = new Map<string, Life>();
  return async (attempt, signal, live) => {
    const key = `${attempt.workflowId}/${attemptName(attempt)}`;
    const end = new AbortController();
    const earlier = lives.get(key);
    const mine = follow(earlier).then(() => live(AbortSignal.any([signal, end.signal])));
    const life: Life = { end, over: mine.catch(() => undefined) };
    lives.set(key, life);
    try {
      return await mine;
    } finally {
      if (lives.get(key) === life) lives.delete(key);
    }
  };
}

async function follow(earlier: Life | undefined): Promise<void> {
  earlier?.end.abort(unavailable('attempt', 'this attempt was handed out anew; this life of it is over'));
  await earlier?.over;
}
