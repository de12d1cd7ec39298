import type { Ids } from '../../../src/ports/ids.js';

/** `id-1`, `id-2`, …; and `id-of-<text>`. */
export function countedIds(): Ids {
  let count = 0;
  return {
    newId: () => `id-${++count}`,
    idFor: (text) => `id-of-${text}`,
  };
}
