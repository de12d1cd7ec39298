import type { Git } from './git-process.js';

/** What a commit holds that needs care. */
export interface TreeFacts {
  /** Paths of submodules, as latin1 bytes. */
  readonly gitlinks: readonly string[];
  readonly hasSubmoduleFile: boolean;
  /** A .gitattributes file sends paths through Git LFS. */
  readonly hasLfs: boolean;
}

export type ReadTreeFacts = (repository: string, commit: string) => Promise<TreeFacts>;

/** Commits are forever: what is known of the last so many is kept. */
const REMEMBERED = 64;

export function createTreeFacts(git: Git): ReadTreeFacts {
  const known = new Map<string, Promise<TreeFacts>>();
  return (repository, commit) => {
    const facts = known.get(commit) ?? scan(git, repository, commit);
    known.delete(commit);
    known.set(commit, facts);
    facts.catch(() => known.delete(commit));
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as string);
    return facts;
  };
}

async function scan(git: Git, repository: string, commit: string): Promise<TreeFacts> {
  const { stdout } = await git.tree(['ls-tree', '-r', '-z', '--full-tree', commit], { repository, encoding: 'latin1' });
  const entries = stdout.split('\0').map(parseEntry);
  const attributes = entries.filter(({ path }) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  return {
    gitlinks: entries.filter(({ mode }) => mode === '160000').map(({ path }) => path),
    hasSubmoduleFile: entries.some(({ path }) => path === '.gitmodules'),
    hasLfs: await mentionsLfs(
      git,
      repository,
      attributes.map(({ oid }) => oid),
    ),
  };
}

/** `<mode> <type> <oid>\t<path>` */
function parseEntry(line: string): { mode: string; oid: string; path: string } {
  const tab = line.indexOf('\t');
  const [mode = '', , oid = ''] = line.slice(0, tab).split(' ');
  return { mode, oid, path: line.slice(tab + 1) };
}

async function mentionsLfs(git: Git, repository: string, blobs: readonly string[]): Promise<boolean> {
  if (blobs.length === 0) return false;
  const { stdout } = await git.tree(['cat-file', '--batch'], { repository, input: blobs.join('\n'), encoding: 'latin1' });
  return /\bfilter=lfs\b/.test(stdout);
}

/** What a person should know of a repository whose submodules and LFS files are not fetched. */
export function warningsOf({ gitlinks, hasSubmoduleFile, hasLfs }: TreeFacts): string[] {
  const names = gitlinks.slice(0, 5).map((path) => Buffer.from(path, 'latin1').toString('utf8'));
  const more = gitlinks.length > names.length ? ` and ${gitlinks.length - names.length} more` : '';
  return [
    ...(names.length > 0 ? [`submodules are not fetched; their folders stay empty: ${names.join(', ')}${more}`] : []),
    ...(names.length === 0 && hasSubmoduleFile ? ['there is a .gitmodules file; submodules are not fetched'] : []),
    ...(hasLfs ? ['files in Git LFS are not fetched; tasks see their pointers, and must not change them'] : []),
  ];
}
