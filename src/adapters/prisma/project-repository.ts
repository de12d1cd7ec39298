import { bug, rejected } from '../../domain/errors.js';
import type { NewProject, Project, ProjectRepository } from '../../ports/project-repository.js';
import type { Client } from './connect.js';
import { toProject } from './rows.js';

export function createProjectRepository(client: Client): ProjectRepository {
  return {
    async add(project) {
      const data = [{ ...project, warnings: [...project.warnings] }];
      const [added] = await client.project.createManyAndReturn({ data, skipDuplicates: true });
      return added ? { project: toProject(added), isNew: true } : { project: await findSame(client, project), isNew: false };
    },
    async find(id) {
      const row = await client.project.findUnique({ where: { id } });
      return row ? toProject(row) : undefined;
    },
    async findBySource(source, name) {
      const row = await client.project.findUnique({ where: { name, source } });
      return row ? toProject(row) : undefined;
    },
    async list() {
      const rows = await client.project.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
      return rows.map(toProject);
    },
    async sawHead(id, head) {
      await client.project.updateMany({ where: { id }, data: { head } });
    },
  };
}

/** The project in whose way an insert stood. */
async function findSame(client: Client, { id, name, source }: NewProject): Promise<Project> {
  const row = await client.project.findUnique({ where: { name } });
  if (!row) throw bug('the id of a new project is taken', { id, name });
  if (row.source === source) return toProject(row);
  throw rejected('name-taken', `the name "${name}" belongs to a project of another source; expected a name that is free`, { name });
}
