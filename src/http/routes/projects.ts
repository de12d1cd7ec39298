import { Router } from 'express';
import type { ProjectModule } from '../../modules/project/project-module.js';
import type { StudioModule } from '../../modules/studio/studio-module.js';
import { addProjectRequest } from '../schemas.js';
import { projectView } from '../views.js';

export function projectRoutes({ projects, studio }: { projects: ProjectModule; studio: StudioModule }): Router {
  const router = Router();

  router.post('/projects', async (request, response) => {
    const { project, isNew } = await projects.add(addProjectRequest.parse(request.body));
    response.status(isNew ? 201 : 200).json(projectView(project));
  });

  router.get('/projects', async (_request, response) => {
    response.json((await studio.projects()).map(projectView));
  });

  router.get('/projects/:id', async (request, response) => {
    response.json(projectView(await studio.project(request.params.id)));
  });

  return router;
}
