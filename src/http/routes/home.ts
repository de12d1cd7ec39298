import { Router } from 'express';
import type { SystemInfo } from '../system-info.js';

/** Where a browser lands after `npm start`: what is here and where to look. */
export function homeRoutes(system: SystemInfo): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const ui = await system.temporalUi();
    response.type('html').send(page(ui));
  });

  return router;
}

function page(temporalUi: string | undefined): string {
  const runs = temporalUi ? `<p><a href="${encodeURI(temporalUi)}">Watch the runs in Temporal's Web UI</a></p>` : '';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Perennial</title>
<h1>Perennial is running</h1>${runs}
<p>Lists: <a href="/api/workflows">workflows</a>, <a href="/api/projects">projects</a>, <a href="/api/events">events</a>, <a href="/api/system">system</a>.</p>
<p>On the command line: <code>npx perennial --help</code></p></html>`;
}
