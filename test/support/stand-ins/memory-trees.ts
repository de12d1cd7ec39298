import { createHash } from 'node:crypto';

/** Paths and what the files hold. */
export type Files = Readonly<Record<string, string>>;

export interface MemoryCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** Trees and commits by what they hold: the same content, the same id. */
export class MemoryTrees {
  private readonly trees = new Map<string, Files>();
  private readonly commits = new Map<string, MemoryCommit>();

  addTree(files: Files): string {
    const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
    const id = idOf(sorted);
    this.trees.set(id, sorted);
    return id;
  }

  addCommit(commit: MemoryCommit): string {
    const id = idOf(commit);
    this.commits.set(id, commit);
    return id;
  }

  filesOf(tree: string): Files {
    return known(this.trees, tree);
  }

  commit(id: string): MemoryCommit {
    return known(this.commits, id);
  }

  isAncestor(ancestor: string, of: string): boolean {
    return ancestor === of || this.commit(of).parents.some((parent) => this.isAncestor(ancestor, parent));
  }

  /** Both sides' changes since `base`, or the files that both changed differently. */
  merge(base: string, ours: string, theirs: string): { files: Files } | { conflicts: string[] } {
    const [from, a, b] = [base, ours, theirs].map((commit) => this.filesOf(this.commit(commit).tree)) as [Files, Files, Files];
    const paths = [...new Set([from, a, b].flatMap(Object.keys))].sort();
    const conflicts = paths.filter((path) => a[path] !== b[path] && a[path] !== from[path] && b[path] !== from[path]);
    if (conflicts.length > 0) return { conflicts };
    const merged = paths.map((path) => [path, a[path] === from[path] ? b[path] : a[path]] as const);
    return { files: Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined)) };
  }
}

const idOf = (content: unknown): string => createHash('sha1').update(JSON.stringify(content)).digest('hex');

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`nothing has the id ${id}`);
  return found;
}
