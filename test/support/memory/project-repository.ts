import { rejected } from '../../../src/domain/errors.js';
import type { ProjectRepository } from '../../../src/ports/project-repository.js';
import type { MemoryDatabase } from './database.js';

export function memoryProjects(database: MemoryDatabase): ProjectRepository {
  const all = () => [...database.projects.values()];
  return {
    async add(project) {
      const same = all().find(({ name }) => name === project.name);
      if (same && same.source !== project.source) throw rejected('name-taken', `the name "${project.name}" is taken`);
      if (same) return { project: same, isNew: false };
      const added = { ...project, createdAt: database.now() };
      database.projects.set(project.id, added);
      return { project: added, isNew: true };
    },
    find: async (id) => database.projects.get(id),
    findBySource: async (source, name) => all().find((project) => project.source === source && project.name === name),
    list: async () => all(),
    async sawHead(id, head) {
      const project = database.projects.get(id);
      if (project) database.projects.set(id, { ...project, head });
    },
  };
}
