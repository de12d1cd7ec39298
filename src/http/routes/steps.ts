import { Router } from 'express';
import type { StudioModule } from '../../modules/studio/studio-module.js';
import { logQuery } from '../schemas.js';
import { stepView, stepWithRunsView } from '../views.js';

export function stepRoutes({ studio }: { studio: StudioModule }): Router {
  const router = Router();

  router.get('/workflows/:id/steps', async (request, response) => {
    response.json((await studio.steps(request.params.id)).map(stepView));
  });

  router.get('/workflows/:id/steps/:taskId', async (request, response) => {
    response.json(stepWithRunsView(await studio.step(request.params.id, request.params.taskId)));
  });

  router.get('/workflows/:id/steps/:taskId/log', async (request, response) => {
    const { attempt, tail } = logQuery.parse(request.query);
    const output = await studio.log(request.params.id, request.params.taskId, { attempt, tailBytes: tail });
    response.type('text/plain; charset=utf-8').send(Buffer.from(output));
  });

  return router;
}
