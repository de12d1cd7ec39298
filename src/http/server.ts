import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { notFound, rejected } from '../domain/errors.js';
import type { Logger } from '../logger.js';
import type { ProjectModule } from '../modules/project/project-module.js';
import type { StudioModule } from '../modules/studio/studio-module.js';
import type { WorkflowModule } from '../modules/workflow/workflow-module.js';
import { checkHost, checkPath, checkToken, signIn } from './access.js';
import { jsonBody } from './body.js';
import { problemHandler } from './errors.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes, systemRoutes } from './routes/health.js';
import { homeRoutes } from './routes/home.js';
import { projectRoutes } from './routes/projects.js';
import { stepRoutes } from './routes/steps.js';
import { workflowRoutes } from './routes/workflows.js';
import type { SystemInfo } from './system-info.js';

export interface HttpDeps {
  readonly projects: ProjectModule;
  readonly workflows: WorkflowModule;
  readonly studio: StudioModule;
  readonly system: SystemInfo;
  readonly token: string;
  readonly logger: Logger;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The address that people use, when it is not this host and port. */
  readonly publicUrl?: string | undefined;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Answers what it has begun and stops. */
  close(): Promise<void>;
}

/** Slow clients may not hold a socket for minutes, which Node's defaults allow. Milliseconds. */
const TIMEOUTS = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

export async function listen(deps: HttpDeps, options: HttpOptions): Promise<HttpServer> {
  const names: string[] = [];
  const server = createServer(
    TIMEOUTS,
    createApp(deps, options, () => names),
  );
  const port = await startListening(server, options);
  names.push(...hostNames(port, options));
  return { port, close: () => closeServer(server) };
}

/** The order is the order of trust: host, token, body, routes. */
function createApp(deps: HttpDeps, { publicUrl }: HttpOptions, hosts: () => readonly string[]): Express {
  const app = express();
  app.disable('x-powered-by').set('query parser', 'simple');
  app.use(helmet(), checkHost(hosts), checkPath, healthRoutes(deps.system));
  app.use('/api', checkToken(deps.token, publicUrl), jsonBody);
  app.use('/api', projectRoutes(deps), workflowRoutes(deps), stepRoutes(deps), eventRoutes(deps), systemRoutes(deps.system));
  app.use(signIn(deps.token), checkToken(deps.token, publicUrl), homeRoutes(deps.system));
  app.use((request) => {
    throw notFound('route', `${request.method} ${request.path}`);
  });
  return app.use(problemHandler(deps.logger));
}

function startListening(server: Server, { host, port }: HttpOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, host, port)));
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

function portError(error: Error & { code?: string }, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return rejected('port-taken', `port ${port} of ${host} is taken; end what listens there, or set PERENNIAL_HTTP_PORT (0 = any free port)`);
}

function hostNames(port: number, { host, publicUrl }: HttpOptions): string[] {
  const local = ['127.0.0.1', 'localhost', '[::1]', host.includes(':') ? `[${host}]` : host];
  // A client leaves out the port that its scheme has anyway.
  const names = local.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  return publicUrl ? [new URL(publicUrl).host, ...names] : names;
}

function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  return closed;
}
