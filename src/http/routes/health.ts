import { Router } from 'express';
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
    response.status(missing.length === 0 ? 200 : 503).json({ status: missing.length === 0 ? 'ready' : 'not ready', missing });
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
