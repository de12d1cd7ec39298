/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (Number.isInteger(middle)) return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
  return sorted[Math.floor(middle)] as number;
}

/** What each further item costs: the difference of two totals, by the number of items between them. What both have in common drops out. */
export function slope(short: { items: number; totalMs: number }, long: { items: number; totalMs: number }): number {
  return (long.totalMs - short.totalMs) / (long.items - short.items);
}

/** The median of each part over several samples. */
export function medianOfParts(samples: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.flatMap((sample) => sample[name] ?? []))]));
}
