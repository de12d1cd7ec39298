import { type Request, Router } from 'express';
import type { StudioModule } from '../../modules/studio/studio-module.js';
import { eventsQuery } from '../schemas.js';
import { eventView } from '../views.js';

export function eventRoutes({ studio }: { studio: StudioModule }): Router {
  const router = Router();

  router.get('/workflows/:id/events', async (request, response) => {
    const { id } = request.params;
    const events = await page(studio, request, id);
    if (events.items.length === 0) await studio.workflow(id); // Each has its first event: without any there may be no such workflow.
    response.json(events);
  });

  router.get('/events', async (request, response) => {
    response.json(await page(studio, request));
  });

  return router;
}

/** `next` is the `after` of the page that follows; left out when there is none yet. */
async function page(studio: StudioModule, request: Request, workflowId?: string) {
  const { after, limit } = eventsQuery.parse(request.query);
  const items = await studio.events({ after, limit, ...(workflowId && { workflowId }) });
  return { items: items.map(eventView), next: items.length === limit ? items.at(-1)?.id : undefined };
}
