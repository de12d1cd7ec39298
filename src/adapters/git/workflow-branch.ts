import { baseRef, integrationBranch } from '../../domain/names.js';
import type { GitParts } from './parts.js';
import { createRef, moveRefs, readRefs } from './refs.js';
import { repositoryPath } from './repository.js';

interface WorkflowAt {
  readonly projectId: string;
  readonly workflowId: string;
}

/** Makes the integration branch at `base` and holds `base` alive. What is there already stays. */
export async function openWorkflow(
  { git, repositories }: GitParts,
  { projectId, workflowId, base }: WorkflowAt & { base: string },
): Promise<void> {
  const repository = repositoryPath(repositories, projectId);
  const names = [baseRef(workflowId), `refs/heads/${integrationBranch(workflowId)}`];
  for (;;) {
    const refs = await readRefs(git, repository, names);
    const missing = names.filter((name) => !refs.has(name));
    if (
      missing.length === 0 ||
      (await moveRefs(
        git,
        repository,
        missing.map((name) => createRef(name, base)),
      ))
    )
      return;
  }
}

export async function integrationHead({ git, repositories }: GitParts, { projectId, workflowId }: WorkflowAt): Promise<string | undefined> {
  const name = `refs/heads/${integrationBranch(workflowId)}`;
  return (await readRefs(git, repositoryPath(repositories, projectId), [name])).get(name)?.oid;
}
