import type { Ids } from '../../ports/ids.js';
import type { Project, ProjectRepository } from '../../ports/project-repository.js';
import type { Store } from '../../ports/store.js';

export interface ProjectDeps {
  readonly projects: ProjectRepository;
  readonly store: Store;
  readonly ids: Ids;
}

export interface AddProject {
  readonly source: string;
  readonly name?: string | undefined;
  readonly defaultBranch?: string | undefined;
}

/** How a repository comes under Perennial's care. */
export interface ProjectModule {
  /** The same source and name again: the same project. Its id follows from both, so that an import that a crash cut off is found and finished. */
  add(request: AddProject): Promise<{ project: Project; isNew: boolean }>;
}

export function createProjectModule({ projects, store, ids }: ProjectDeps): ProjectModule {
  return {
    async add(request) {
      const facts = await store.inspect(request.source, request.defaultBranch);
      const name = request.name ?? facts.name;
      const known = await projects.findBySource(facts.source, name);
      if (known) return { project: known, isNew: false };
      const { source, defaultBranch } = facts;
      const id = ids.idFor(`${source}\n${name}`);
      const { head, warnings } = await store.importProject({ projectId: id, source, branch: defaultBranch });
      return projects.add({ id, name, source, defaultBranch, store: store.kind, head, warnings });
    },
  };
}
