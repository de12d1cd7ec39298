import { askGit, git } from './git.js';

/** Everything of a source that a run must leave as it is. */
export interface SourceFacts {
  readonly path: string;
  readonly head: string;
  /** `<name> <object>` of every ref. */
  readonly refs: readonly string[];
  /** What differs from its commit, untracked files too. */
  readonly changes: string;
}

export async function readSource(path: string): Promise<SourceFacts> {
  return {
    path,
    head: (await git(path, 'rev-parse', '--symbolic-full-name', 'HEAD')).trim(),
    refs: await refsOf(path),
    changes: await git(path, 'status', '--porcelain=v2', '--untracked-files=all'),
  };
}

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly committer: string;
  readonly subject: string;
  /** Values of trailers; several are joined by a comma. */
  readonly workflow: string;
  readonly step: string;
  readonly attempt: string;
  readonly merges: string;
}

/** What is in the trusted repository. */
export interface RepositoryFacts {
  readonly refs: ReadonlyMap<string, string>;
  /** Of branches, tags and all other refs: every commit that names the workflow. */
  readonly commits: readonly Commit[];
  /** Commits of branches alone. */
  readonly onBranches: readonly Commit[];
  /** Ids of all ancestors, itself among them, of each of those commits. */
  readonly ancestors: ReadonlyMap<string, ReadonlySet<string>>;
  /** First parents from the integration head down to the root. */
  readonly mainLine: readonly string[];
  /** Asked files on the integration head; undefined where there is none. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly fsck: { readonly code: number; readonly text: string };
}

export async function readRepository(bare: string, workflowId: string, paths: readonly string[]): Promise<RepositoryFacts> {
  const refs = new Map((await refsOf(bare)).map((line) => line.split(' ') as [string, string]));
  const integration = refs.get(`refs/heads/perennial/${workflowId}/integration`);
  const onBranches = await commitsOf(bare, workflowId, '--branches');
  return {
    refs,
    commits: await commitsOf(bare, workflowId, '--all'),
    onBranches,
    ancestors: await ancestorsOf(bare, onBranches),
    mainLine: integration ? lines(await git(bare, 'rev-list', '--first-parent', integration)) : [],
    files: new Map(await Promise.all(paths.map(async (path) => [path, await fileAt(bare, integration, path)] as const))),
    fsck: await askGit(bare, 'fsck', '--full', '--strict', '--no-dangling', '--no-progress'),
  };
}

async function refsOf(path: string): Promise<string[]> {
  return lines(await git(path, 'for-each-ref', '--format=%(refname) %(objectname)'));
}

const trailer = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x2C)`;
const FORMAT = [
  ...['%H', '%P', '%an <%ae>', '%cn <%ce>', '%s'],
  ...['Perennial-Workflow', 'Perennial-Step', 'Perennial-Attempt', 'Perennial-Merges'].map(trailer),
].join('%x00');

async function commitsOf(bare: string, workflowId: string, which: string): Promise<Commit[]> {
  return lines(await git(bare, 'log', which, `--format=${FORMAT}`))
    .map(parseCommit)
    .filter(({ workflow }) => workflow === workflowId);
}

function parseCommit(line: string): Commit {
  const [id = '', parents = '', author = '', committer = '', subject = '', ...trailers] = line.split('\0');
  const [workflow = '', step = '', attempt = '', merges = ''] = trailers;
  return { id, parents: parents.split(' ').filter(Boolean), author, committer, subject, workflow, step, attempt, merges };
}

async function ancestorsOf(bare: string, commits: readonly Commit[]): Promise<Map<string, ReadonlySet<string>>> {
  const each = commits.map(async ({ id }) => [id, new Set(lines(await git(bare, 'rev-list', id)))] as const);
  return new Map(await Promise.all(each));
}

async function fileAt(bare: string, commit: string | undefined, path: string): Promise<string | undefined> {
  if (!commit) return undefined;
  const { code, text } = await askGit(bare, 'cat-file', 'blob', `${commit}:${path}`);
  return code === 0 ? text : undefined;
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean);
}
