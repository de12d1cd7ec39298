import { bug } from '../../domain/errors.js';
import { sourceRef } from '../../domain/names.js';
import type { ProjectSource } from '../../ports/store.js';
import { isContained } from './history.js';
import type { GitParts } from './parts.js';
import { createRef, moveRef, moveRefs, readRefs } from './refs.js';
import { makeRepository, repositoryPath } from './repository.js';
import { fetchBranch, inspectSource } from './source.js';
import { warningsOf } from './tree-facts.js';

/** Makes the trusted repository with the source's branch in it. One that is there stays as it is. */
export async function importProject(parts: GitParts, source: ProjectSource): Promise<{ head: string; warnings: readonly string[] }> {
  const repository = await makeRepository(parts, source, {
    objectFormat: async () => ((await inspectSource(parts.git, source.source, source.branch)).head.length === 64 ? 'sha256' : 'sha1'),
    fill: async (making) => {
      await fetchBranch(parts.git, making, source);
      await followSource(parts, making, source.branch);
    },
  });
  const head = await followSource(parts, repository, source.branch);
  return { head, warnings: warningsOf(await parts.treeFacts(repository, head)) };
}

/** Fetches the source's branch again; its head there. */
export async function fetchSource(parts: GitParts, source: ProjectSource): Promise<{ head: string }> {
  const repository = repositoryPath(parts.repositories, source.projectId);
  await fetchBranch(parts.git, repository, source);
  return { head: await followSource(parts, repository, source.branch) };
}

/** Moves the trusted branch to where the source's is, if that is a fast-forward; returns where the source's is. */
async function followSource(parts: GitParts, repository: string, branch: string): Promise<string> {
  const [from, to] = [sourceRef(branch), `refs/heads/${branch}`];
  for (;;) {
    const refs = await readRefs(parts.git, repository, [from, to]);
    const seen = refs.get(from)?.oid;
    if (seen === undefined) throw bug(`branch "${branch}" of the source was never fetched`);
    const trusted = refs.get(to)?.oid;
    if (trusted === seen || (trusted !== undefined && !(await isContained(parts, repository, trusted, seen)))) return seen;
    if (await moveRefs(parts.git, repository, [trusted === undefined ? createRef(to, seen) : moveRef(to, seen, trusted)])) return seen;
  }
}
