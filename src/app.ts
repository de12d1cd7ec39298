import { join } from 'node:path';
import { agentRunners } from './adapters/agents/runners.js';
import { readPorts } from './adapters/files/ports-file.js';
import { ensureToken } from './adapters/files/token-file.js';
import { awaitSchema } from './adapters/prisma/deploy.js';
import { type Config, readConfig } from './config.js';
import { type Context, createContext, databaseUrl } from './context.js';
import { listen } from './http/server.js';
import { createSystemInfo } from './http/system-info.js';
import { createLogger, type Logger } from './logger.js';
import { createProjectModule } from './modules/project/project-module.js';
import { createStudioModule } from './modules/studio/studio-module.js';
import { createWorkflowModule } from './modules/workflow/workflow-module.js';
import { repeated } from './repeated.js';
import { type RunningRole, runRole, tellReady, whenAsked } from './role.js';
import { HAND_OVER } from './supervisor/role-part.js';
import { VERSION } from './version.js';

/** How often workflows that could not be started are tried again. */
const SWEEP_MS = 5_000;

const config = readConfig();
const logger = createLogger('app', config.logLevel);
await runRole(logger, () => startApp(config, logger));

async function startApp(config: Config, logger: Logger): Promise<RunningRole> {
  await awaitSchema(databaseUrl(config));
  const context = await createContext(config, { identity: `app:${config.hostId}:${process.pid}`, poolSize: 10 });
  const workflows = createWorkflowModule({ ...context, agents: agentRunners.map(({ kind }) => kind) });
  const token = await ensureToken(join(config.home, 'token'));
  const modules = {
    projects: createProjectModule(context),
    workflows,
    studio: createStudioModule(context),
    system: systemInfo(context, config),
  };
  const server = await listen({ ...modules, token, logger }, config.http);
  const { clock } = context;
  // Several apps may do it at once: a start is harmless when it was done.
  const sweep = repeated(() => workflows.startPending(), {
    everyMs: SWEEP_MS,
    clock,
    logger,
    failed: 'pending workflows were not started',
  });
  whenAsked(HAND_OVER, () => handOver(context, logger));
  logger.info({ port: server.port }, 'ready');
  tellReady({ port: server.port });
  return {
    async stop() {
      await server.close();
      await sweep.stop();
      await context.close();
    },
  };
}

/**
 * At once, and with connections that are there: the next worker, which does the same, has yet to load its programs. So a failure here costs
 * time, not work.
 */
async function handOver({ recovery }: Context, logger: Logger): Promise<void> {
  try {
    logger.info({ handedOver: await recovery.handOverDeadWorkers() }, 'a worker died');
  } catch (error) {
    logger.warn({ err: error }, 'what the dead worker held is left to its successor');
  }
}

function systemInfo(context: Context, config: Config) {
  const versions = { perennial: VERSION, node: process.version };
  return createSystemInfo({ ...context, versions, temporalUi: () => temporalUi(config) });
}

async function temporalUi({ home, temporal }: Config): Promise<string | undefined> {
  const port = (await readPorts(home))?.temporalUi;
  return port ? `http://127.0.0.1:${port}/namespaces/${temporal.namespace}/workflows` : undefined;
}
