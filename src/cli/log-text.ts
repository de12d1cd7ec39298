/** Enough of the end of what was printed to know the place again. */
const OVERLAP = 4_096;

/**
 * What `now` has after `printed`, both being the log of one attempt as it was read. A log loses its middle when it gets huge; then it is what
 * follows the last printed bytes, or, where these are gone too, the whole of what is there.
 */
export function newOutput(printed: Buffer, now: Buffer): Buffer {
  const known = printed.subarray(-OVERLAP);
  const place = printed.length - known.length;
  if (now.length >= printed.length && now.subarray(place, printed.length).equals(known)) return now.subarray(printed.length);
  const found = now.lastIndexOf(known);
  return found < 0 ? now : now.subarray(found + known.length);
}

/** The last `count` lines, all where there are fewer. The last byte, a line end or not, belongs to the last line. */
export function lastLines(output: Buffer, count: number): Buffer {
  let lineEnd = output.length - 1;
  for (let left = count; left > 0; left--) {
    lineEnd = lineEnd > 0 ? output.lastIndexOf(0x0a, lineEnd - 1) : -1;
    if (lineEnd < 0) return output;
  }
  return output.subarray(lineEnd + 1);
}
