import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until the answer is `true`; a string says what is still amiss. Errors of the question mean `not yet` only when `forgives` says so, as while a
 * part restarts. Rejects with the last answer when the time is over.
 */
export async function eventually(
  forMs: number,
  question: () => Promise<true | string> | true | string,
  { everyMs = 20, forgives = () => false }: { everyMs?: number; forgives?: (error: unknown) => boolean } = {},
): Promise<void> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const answer = await ask(question, forgives);
    if (answer === true) return;
    if (performance.now() >= deadline) throw new Error(`${forMs / 1_000} s passed: ${answer}`);
    await pause(everyMs);
  }
}

async function ask(question: () => Promise<true | string> | true | string, forgives: (error: unknown) => boolean): Promise<true | string> {
  try {
    return await question();
  } catch (error) {
    if (!forgives(error)) throw error;
    return error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error);
  }
}
