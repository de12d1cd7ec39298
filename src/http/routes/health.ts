import { Router } from 'express';
import { RETRY_AFTER_S } from '../errors.js';
import type { SystemInfo } from '../system-info.js';

/** For those who watch the process: open to all, and telling nothing but part names. */
export function healthRoutes(system: SystemInfo): Router {
  const router = Router();

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });

  router.get('/readyz', async (_request, response) => {
    const parts = await system.parts();
    const missing = Object.entries(parts).flatMap(([name, state]) => (state === 'ready' ? [] : [name]));
    if (missing.length === 0) response.json({ status: 'ready', missing });
    else response.status(503).set('Retry-After', String(RETRY_AFTER_S)).json({ status: 'not ready', missing });
  });

  return router;
}

export function systemRoutes(system: SystemInfo): Router {
  const router = Router();

  router.get('/system', async (_request, response) => {
    response.json(await system.describe());
  });

  return router;
}
