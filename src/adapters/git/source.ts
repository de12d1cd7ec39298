import { realpath } from 'node:fs/promises';
import { type PerennialError, unavailable } from '../../domain/errors.js';
import { sourceRef } from '../../domain/names.js';
import type { ProjectSource, SourceFacts } from '../../ports/store.js';
import type { Git, GitResult } from './git-process.js';
import { lockInTheWay, waitForLock } from './ref-locks.js';
import { checkBranch, nameOfSource, parseSource, sourceRefused } from './source-name.js';

/** A first fetch may be large; a server that falls silent is noticed long before (see the source environment). */
const FETCH_TIMEOUT_MS = 30 * 60_000;

/** Listing the branches of a server takes seconds at most. */
const LIST_TIMEOUT_MS = 60_000;

/** Looks at a source without keeping anything. */
export async function inspectSource(git: Git, given: string, wanted?: string): Promise<SourceFacts> {
  if (wanted !== undefined) checkBranch(wanted);
  const source = await lastingSource(given);
  const listed = await listBranches(git, source);
  if (listed.exitCode !== 0) throw refusal(source, listed);
  const { heads, head } = parseListing(listed.stdout);
  if (heads.size === 0) throw sourceRefused(source, 'a repository with at least one commit on a branch');
  const defaultBranch = checkBranch(wanted ?? head ?? onlyBranch(source, heads));
  const oid = heads.get(defaultBranch);
  if (oid === undefined) throw sourceRefused(source, `a branch "${defaultBranch}" in it`);
  return { source, defaultBranch, head: oid, name: nameOfSource(source) };
}

/** An absolute real path, or the URL as it is. */
async function lastingSource(given: string): Promise<string> {
  const name = parseSource(given);
  if (name.kind === 'url') return name.url;
  return realpath(name.path).catch((cause) => {
    throw sourceRefused(given, 'a path that exists and can be read', cause);
  });
}

function listBranches(git: Git, source: string): Promise<GitResult> {
  const args = ['ls-remote', '--symref', ...uploadPack(source), '--', source, 'HEAD', 'refs/heads/*'];
  return git.source(args, { accept: [1, 2, 128], timeoutMs: LIST_TIMEOUT_MS });
}

/**
 * A path on this machine may belong to another user, and git hands no setting on to the process that serves a local repository:
 * the command itself says that this repository is meant.
 */
function uploadPack(source: string): string[] {
  return source.startsWith('/') ? [`--upload-pack=git -c 'safe.directory=*' -c core.hooksPath=/dev/null upload-pack`] : [];
}

function refusal(source: string, result: GitResult): PerennialError {
  if (source.startsWith('/')) return sourceRefused(source, 'a git repository at that path', result);
  if (isAway(result)) return unavailable('git source', 'the server of the source does not answer', result);
  return sourceRefused(source, 'a git repository at that URL that your git can read', result);
}

function isAway({ stderr }: GitResult): boolean {
  return /Could not resolve host|Connection (refused|timed out|reset)|Failed to connect|Network is unreachable|No route to host/i.test(
    stderr,
  );
}

function parseListing(stdout: string): { heads: Map<string, string>; head: string | undefined } {
  const lines = stdout.split('\n').map((line) => line.split('\t') as [string, string?]);
  const heads = lines.flatMap(([oid, name]) => (name?.startsWith('refs/heads/') ? [[name.slice(11), oid] as const] : []));
  const symref = lines.find(([left, name]) => name === 'HEAD' && left.startsWith('ref: refs/heads/'))?.[0];
  return { heads: new Map(heads), head: symref?.slice('ref: refs/heads/'.length) };
}

function onlyBranch(source: string, heads: ReadonlyMap<string, string>): string {
  const found = ['main', 'master'].find((name) => heads.has(name)) ?? (heads.size === 1 ? [...heads.keys()][0] : undefined);
  if (found === undefined) throw sourceRefused(source, 'a default branch (its HEAD names none): say which branch is meant');
  return found;
}

/** Brings the source's branch into the trusted repository, wherever it moved to. Throws `unavailable` when it cannot be read now. */
export async function fetchBranch(git: Git, repository: string, { source, branch }: ProjectSource): Promise<void> {
  const refspec = `+refs/heads/${checkBranch(branch)}:${sourceRef(branch)}`;
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-prune', '--no-recurse-submodules', '--no-auto-maintenance'];
  const args = ['fetch', ...quiet, '--update-shallow', ...uploadPack(source), '--', source, refspec];
  for (;;) {
    const result = await git.source(args, { repository, accept: [1, 128], timeoutMs: FETCH_TIMEOUT_MS });
    if (result.exitCode === 0) return;
    const lock = lockInTheWay(result);
    if (lock === undefined) throw unavailable('git source', `branch "${branch}" of the source cannot be read now`, result);
    await waitForLock(lock, repository);
  }
}
