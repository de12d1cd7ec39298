/** A place in a plan as people are told it: `tasks[3].needs[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${printable(String(part))}`))
    .join('')
    .replace(/^\./, '');
}

const KEY_SHOWN = 100;

/** Keys of others may be of any length and hold anything. */
function printable(key: string): string {
  return key.slice(0, KEY_SHOWN).replace(/[\p{Control}\p{Surrogate}]/gu, '\ufffd');
}
