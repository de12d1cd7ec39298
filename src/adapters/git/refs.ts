import { unavailable } from '../../domain/errors.js';
import type { Git } from './git-process.js';
import { lockInTheWay, waitForLock } from './ref-locks.js';

/** A ref to a commit, and what its commit says. */
export interface Ref {
  readonly name: string;
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly subject: string;
  /** Value of its trailer Perennial-Attempt; 0 without. */
  readonly attempt: number;
}

const FORMAT = [
  ...['%(refname)', '%(objectname)', '%(tree)', '%(parent)', '%(contents:subject)'],
  '%(contents:trailers:key=Perennial-Attempt,valueonly,separator=%2C)',
].join('%00');

/** Refs by full name; a pattern that ends in `/` gives all below it. */
export async function readRefs(git: Git, repository: string, patterns: readonly string[]): Promise<Map<string, Ref>> {
  const { stdout } = await git.tree(['for-each-ref', `--format=${FORMAT}`, ...patterns], { repository });
  const refs = stdout.split('\n').filter(Boolean).map(parseRef);
  return new Map(refs.map((ref) => [ref.name, ref]));
}

function parseRef(line: string): Ref {
  const [name = '', oid = '', tree = '', parents = '', subject = '', attempt = ''] = line.split('\0');
  return { name, oid, tree, parents: parents.split(' ').filter(Boolean), subject, attempt: Number.parseInt(attempt, 10) || 0 };
}

/** One line of a transaction of `git update-ref`. */
export const createRef = (name: string, oid: string): string => `create ${name} ${oid}`;
export const moveRef = (name: string, to: string, from: string): string => `update ${name} ${to} ${from}`;
export const setRef = (name: string, to: string): string => `update ${name} ${to}`;
export const expectRef = (name: string, oid: string): string => `verify ${name} ${oid}`;

const LOST = /but expected|reference already exists|unable to resolve reference|reference is missing/;

/** All moves or none. False when a ref is not where a move expects it: somebody was faster, and the caller looks again. */
export async function moveRefs(git: Git, repository: string, moves: readonly string[]): Promise<boolean> {
  for (;;) {
    const result = await git.tree(['update-ref', '--stdin'], { repository, input: `${moves.join('\n')}\n`, accept: [1, 128] });
    if (result.exitCode === 0) return true;
    const lock = lockInTheWay(result);
    if (lock) await waitForLock(lock, repository);
    else if (LOST.test(result.stderr)) return false;
    else throw unavailable('git', 'a ref cannot be moved', result);
  }
}
