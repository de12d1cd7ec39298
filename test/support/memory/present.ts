type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the values that are there. */
export function present<T extends Record<string, unknown>>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
