/** Runs a function alone among those of the same key. */
export type Mutex = <T>(key: string, run: () => Promise<T>) => Promise<T>;

/** A mutex of this process: callers of a key come in the order in which they asked. */
export function createKeyedQueue(): Mutex {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(run, run);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
