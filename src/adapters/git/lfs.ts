import { rejected } from '../../domain/errors.js';
import type { GitParts } from './parts.js';

const POINTER = 'version https://git-lfs.github.com/spec/v1\n';
/** Pointers have about 130 bytes. */
const POINTER_MOST_BYTES = 1_024;

/**
 * Files in Git LFS are not fetched: a task sees their pointers. Content in the place of a pointer would put into the history what LFS was to keep
 * out of it. Throws `lfs-content`, naming the files.
 */
export async function refuseLfsContent(parts: GitParts, repository: string, base: string, tree: string): Promise<void> {
  if (!(await parts.treeFacts(repository, base)).hasLfs) return;
  const changed = await changedFiles(parts, repository, base, tree);
  const pointers = await pointersAmong(parts, repository, [...changed.map(({ before }) => before), ...changed.map(({ after }) => after)]);
  const spoiled = changed.filter(({ before, after }) => pointers.has(before) && !pointers.has(after)).map(({ path }) => path);
  if (spoiled.length === 0) return;
  throw rejected('lfs-content', `files kept in Git LFS were changed, which is not supported: ${spoiled.slice(0, 10).join(', ')}`, {
    files: spoiled,
  });
}

async function changedFiles({ git }: GitParts, repository: string, base: string, tree: string) {
  const { stdout } = await git.tree(['diff-tree', '-r', '-z', '--no-renames', '--diff-filter=M', base, tree], { repository });
  const fields = stdout.split('\0');
  return fields.flatMap((field, index) => {
    const [, , before, after] = field.startsWith(':') ? field.split(' ') : [];
    return before && after ? [{ before, after, path: fields[index + 1] ?? '' }] : [];
  });
}

/** Small blobs first by size, so that no large one is read. */
async function pointersAmong({ git }: GitParts, repository: string, blobs: readonly string[]): Promise<Set<string>> {
  const sizes = await git.tree(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { repository, input: blobs.join('\n') });
  const small = sizes.stdout
    .split('\n')
    .flatMap((line) => (Number(line.split(' ')[1]) <= POINTER_MOST_BYTES ? [line.split(' ')[0] as string] : []));
  const { stdout } = await git.tree(['cat-file', '--batch'], { repository, input: small.join('\n'), encoding: 'latin1' });
  const headers = stdout.matchAll(/^([0-9a-f]{40,64}) blob \d+\n(version https:\/\/git-lfs[^\n]*\n)/gm);
  return new Set([...headers].filter(([, , content]) => content === POINTER).map(([, oid]) => oid as string));
}
