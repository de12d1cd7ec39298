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

/**
 * Do two sequences with gaps ("any number of elements") have a common instance? Filled from the ends: `row[j]` answers for a[i..] and b[j..], and no
 * is the answer beyond either end. A gap is empty, or takes in one element of the other and stays.
 */
function intersects<T>(a: readonly T[], b: readonly T[], isGap: (item: T) => boolean, agree: (x: T, y: T) => boolean): boolean {
  const gapAt = (items: readonly T[], at: number) => at < items.length && isGap(items[at] as T);
  const agreeAt = (i: number, j: number) => i < a.length && j < b.length && agree(a[i] as T, b[j] as T);
  let below: boolean[] = new Array(b.length + 2).fill(false);
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = new Array(b.length + 2).fill(false);
    for (let j = b.length; j >= 0; j--) {
      if (i === a.length && j === b.length) row[j] = true;
      else if (gapAt(a, i) || gapAt(b, j)) row[j] = below[j] === true || row[j + 1] === true;
      else row[j] = agreeAt(i, j) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}
