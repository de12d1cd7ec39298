/**
 * Whether two path patterns can match a common path. `*` and `?` stay inside one segment, `**` spans any number of segments, none included.
 * A pattern that names a folder (`src` or `src/`) means all below it. What is written in a richer language (`{a,b}`, `[ab]`, `!a`) is not worked out
 * but read as matching anything there: better two tasks one after the other than two at the same files.
 */
export function patternsOverlap(a: string, b: string): boolean {
  return segmentsOverlap(segments(a), segments(b));
}

/** Whether any pattern of one list overlaps any of the other. No pattern at all touches nothing. */
export function pathsOverlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((left) => b.some((right) => patternsOverlap(left, right)));
}

/** Negated, or with alternatives that span segments. */
const ANYWHERE = /^!|[{(][^})]*\//;
const RICHER = /[[\]{}()!\\]/;

function segments(pattern: string): string[] {
  if (ANYWHERE.test(pattern)) return ['**'];
  const parts = pattern.split('/').filter((part) => part !== '' && part !== '.');
  const read = parts.map((part) => (RICHER.test(part) ? '*' : part));
  return read.at(-1) === '**' ? read : [...read, '**'];
}

function segmentsOverlap(a: readonly string[], b: readonly string[]): boolean {
  return intersects(a, b, (part) => part === '**', wildcardsOverlap);
}

function wildcardsOverlap(a: string, b: string): boolean {
  return intersects(
    [...a],
    [...b],
    (char) => char === '*',
    (x, y) => x === y || x === '?' || y === '?',
  );
}

/** Do two sequences with gaps ("any number of elements") have a common instance? Filled from the ends: `row[j]` answers for a[i..] and b[j..]. */
function intersects<T>(a: readonly T[], b: readonly T[], isGap: (item: T) => boolean, agree: (x: T, y: T) => boolean): boolean {
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = new Array(b.length + 1);
    for (let j = b.length; j >= 0; j--) {
      const x = a[i];
      const y = b[j];
      if (x === undefined && y === undefined) row[j] = true;
      else if (x !== undefined && isGap(x)) row[j] = (below[j] ?? false) || (y !== undefined && (row[j + 1] ?? false));
      else if (y !== undefined && isGap(y)) row[j] = (row[j + 1] ?? false) || (x !== undefined && (below[j] ?? false));
      else row[j] = x !== undefined && y !== undefined && agree(x, y) && (below[j + 1] ?? false);
    }
    below = row;
  }
  return below[0] ?? false;
}
