import { pathsOverlap } from './globs.js';

/** Whether two tasks, named by their positions, expect to touch a common path, and so may not run at once. */
export type PathConflicts = (a: number, b: number) => boolean;

interface Touching {
  readonly paths: readonly string[];
}

/**
 * Tasks with the same patterns are one class, and two classes are compared once, when it is first asked: ten thousand tasks on the same folders
 * ask millions of times.
 */
export function pathConflicts(tasks: readonly Touching[]): PathConflicts {
  const classes = new Map<string, number>();
  const classOf = tasks.map(({ paths }) => numberFor(classes, JSON.stringify(paths)));
  const known = new Map<number, boolean>();
  return (a, b) => {
    const pair = (classOf[a] as number) * classes.size + (classOf[b] as number);
    const before = known.get(pair);
    if (before !== undefined) return before;
    const found = pathsOverlap(pathsOf(tasks, a), pathsOf(tasks, b));
    known.set(pair, found);
    return found;
  };
}

function numberFor(numbers: Map<string, number>, key: string): number {
  const number = numbers.get(key) ?? numbers.size;
  numbers.set(key, number);
  return number;
}

const pathsOf = (tasks: readonly Touching[], index: number): readonly string[] => (tasks[index] as Touching).paths;
