/** A part that dies so often in a row before it was ready will not become ready by itself. */
export const DEATHS_TO_GIVE_UP = 5;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** How long to wait before the next start, after so many deaths in a row before it was ready. None (0) after a death of a ready part: at once. */
export function waitBeforeStartMs(deathsBeforeReady: number): number {
  if (deathsBeforeReady === 0) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (deathsBeforeReady - 1), LONGEST_WAIT_MS);
}

export function shouldGiveUp(deathsBeforeReady: number): boolean {
  return deathsBeforeReady >= DEATHS_TO_GIVE_UP;
}
