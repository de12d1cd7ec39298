const DISTANCE_LIMIT = 2;

/** `; did you mean "format"?` with the name that is most like what was wanted, or nothing when none is. */
export function didYouMean(wanted: string, ids: Iterable<string>): string {
  let best: string | undefined;
  let limit = DISTANCE_LIMIT;
  for (const id of ids) {
    const distance = editDistance(wanted, id, limit);
    if (distance <= limit) [best, limit] = [id, distance - 1];
  }
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** Letters to insert, drop or change (Levenshtein); anything above `limit` once it is known to be more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length && Math.min(...row) <= limit; i++) row = nextRow(row, a[i - 1] as string, b, i);
  return row[b.length] as number;
}

function nextRow(row: readonly number[], letter: string, b: string, i: number): number[] {
  const next = [i];
  for (let j = 1; j <= b.length; j++) {
    const change = (row[j - 1] as number) + (letter === b[j - 1] ? 0 : 1);
    next[j] = Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1);
  }
  return next;
}
