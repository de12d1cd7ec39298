import type { ProcessStat } from './proc-stat.js';

/** The processes below some, out of a list of all; they themselves are not among them. */
export function descendantsOf(roots: Iterable<number>, all: readonly ProcessStat[]): ProcessStat[] {
  const seen = new Set(roots);
  const children = childrenByParent(all);
  const found: ProcessStat[] = [];
  const queue = [...seen];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

function childrenByParent(all: readonly ProcessStat[]): Map<number, ProcessStat[]> {
  const children = new Map<number, ProcessStat[]>();
  for (const stat of all) {
    const siblings = children.get(stat.parent);
    if (siblings) siblings.push(stat);
    else children.set(stat.parent, [stat]);
  }
  return children;
}
