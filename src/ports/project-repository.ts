/** A repository under Perennial's care. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** As given: a path or URL. It is only read, until a landing. */
  readonly source: string;
  readonly defaultBranch: string;
  readonly store: 'git' | 'radicle';
  /** Head of the source's branch as last fetched: an object id. */
  readonly head: string;
  readonly warnings: readonly string[];
  readonly createdAt: Date;
}

export type NewProject = Omit<Project, 'createdAt'>;

export interface ProjectRepository {
  /** Adds a project, or returns the one that has this source and name. Throws `name-taken` when another source has the name. */
  add(project: NewProject): Promise<{ project: Project; isNew: boolean }>;
  find(id: string): Promise<Project | undefined>;
  /** By source and name. */
  findBySource(source: string, name: string): Promise<Project | undefined>;
  /** Oldest first. */
  list(): Promise<Project[]>;
  /** Notes where the source's branch was seen. */
  sawHead(id: string, head: string): Promise<void>;
}
