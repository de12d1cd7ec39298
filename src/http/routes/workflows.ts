import { createHash } from 'node:crypto';
import { type Request, Router } from 'express';
import type { Logger } from '../../logger.js';
import type { StudioModule } from '../../modules/studio/studio-module.js';
import type { WorkflowModule } from '../../modules/workflow/workflow-module.js';
import { parsePlanText } from '../plan-text.js';
import { acceptWorkflowRequest, cancelRequest, idempotencyKey, workflowsQuery } from '../schemas.js';
import { workflowSummaryView, workflowView } from '../views.js';

export interface WorkflowRouteDeps {
  readonly workflows: WorkflowModule;
  readonly studio: StudioModule;
  readonly logger: Logger;
}

export function workflowRoutes({ workflows, studio, logger }: WorkflowRouteDeps): Router {
  const router = Router();

  router.post('/projects/:id/workflows', async (request, response) => {
    const { plan, planText } = acceptWorkflowRequest.parse(request.body);
    const { workflow, started } = await workflows.accept({
      projectId: request.params.id,
      plan: planText === undefined ? plan : parsePlanText(planText),
      ...idempotencyOf(request),
    });
    started.catch((error: unknown) =>
      logger.error({ err: error, workflowId: workflow.id }, 'a workflow could not be started; it is tried again'),
    );
    response.status(202).json({ id: workflow.id, status: workflow.status });
  });

  router.get('/workflows', async (request, response) => {
    const { items, next } = await studio.workflows(definedOnly(workflowsQuery.parse(request.query)));
    response.json({ items: items.map(workflowSummaryView), nextCursor: next });
  });

  router.get('/workflows/:id', async (request, response) => {
    response.json(workflowView(await studio.workflow(request.params.id)));
  });

  router.post('/workflows/:id/cancel', async (request, response) => {
    const { reason } = cancelRequest.parse(request.body);
    await workflows.cancel(request.params.id, reason ?? 'cancelled by a person');
    response.status(202).end();
  });

  return router;
}

/** The parsed body counts, not its bytes: white space and the order of keys make no other request. */
function idempotencyOf(request: Request): { idempotency?: { key: string; bodyHash: string } } {
  const key = idempotencyKey.parse(request.get('idempotency-key'));
  if (key === undefined) return {};
  return { idempotency: { key, bodyHash: createHash('sha256').update(canonicalJson(request.body)).digest('hex') } };
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort()) : item,
  );
}

/** Without the keys that were not given. */
function definedOnly<T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
