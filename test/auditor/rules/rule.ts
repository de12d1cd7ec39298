import type { Evidence } from '../evidence.js';

/** One promise, and what in the evidence breaks it. */
export interface Rule {
  readonly says: string;
  violations(evidence: Evidence): string[];
}

/** `what` when it is not so. */
export const unless = (isSo: boolean, what: string): string[] => (isSo ? [] : [what]);

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
