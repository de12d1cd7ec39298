/**
 * A value as JSON text that PostgreSQL takes: `jsonb` refuses NUL and halves of surrogate pairs, which output of commands and cut-off messages
 * may hold; each becomes U+FFFD.
 */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'string' ? storable(item) : item));
}

/** Text that PostgreSQL takes. */
export function storable(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}
