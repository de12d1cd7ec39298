import { fileURLToPath } from 'node:url';
import { agentActivities, mainActivities } from '../activities/index.js';
import { agentRunners } from './adapters/agents/runners.js';
import { awaitSchema } from './adapters/prisma/deploy.js';
import { createProcessTable } from './adapters/process/process-table.js';
import { createSpawner } from './adapters/process/spawner.js';
import { chooseSandbox } from './adapters/sandbox/choose-sandbox.js';
import { installRuntime } from './adapters/temporal/runtime.js';
import { createWorkers } from './adapters/temporal/workers.js';
import { type Config, readConfig } from './config.js';
import { type Context, createContext, databaseUrl } from './context.js';
import { isPerennialError } from './domain/errors.js';
import { workerId } from './domain/names.js';
import { createLogger, type Logger } from './logger.js';
import { createAgentModule } from './modules/agent/agent-module.js';
import { createGateModule } from './modules/agent/gate-module.js';
import { createGraphModule } from './modules/graph/graph-module.js';
import { createRadicleModule } from './modules/radicle/radicle-module.js';
import type { HandOver } from './modules/recovery/recovery-module.js';
import type { Sandbox } from './ports/sandbox.js';
import { repeated } from './repeated.js';
import { type RunningRole, runRole, tellReady, untilNeeded } from './role.js';

const BUNDLE = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** `seenAt` in the list of workers is at most this old while a worker lives. */
const BEAT_MS = 5_000;

/** How often worktrees that a dead worker left are looked for. */
const TIDY_MS = 60_000;

/** Files of certificates that the machine trusts, by the variable that names them: commands get these and nothing else of our environment. */
const CA_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/** Between two looks for a part that is away. */
const ASK_AGAIN_MS = 200;

/** Between the polite signal and the other. */
const GRACE_MS = 5_000;

const config = readConfig();
const logger = createLogger('worker', config.logLevel);
await runRole(logger, () => startWorker(config, logger));

/** What takes long and does not need the rest goes first and at once: a worker that was killed is waited for until this is through. */
async function startWorker(config: Config, logger: Logger): Promise<RunningRole> {
  installRuntime(logger);
  const self = await createProcessTable().self();
  const identity = workerId(config.hostId, self);
  const spawner = createSpawner();
  const stopping = new AbortController();
  const context = await createContext(config, { identity, poolSize: 10, run: spawner.run });
  const sandbox = bestSandbox(config, logger);
  const [workers, handedOver, isolation] = await Promise.all([
    createWorkers(workersOptions(context, config, identity, sandbox)),
    awaitSchema(databaseUrl(config)).then(() => handOver(context, stopping.signal)),
    sandbox.then((chosen) => ({ on: chosen.isolation('on'), off: chosen.isolation('off') })),
  ]);
  await untilNeeded();
  await context.workers.join({ id: identity, host: config.hostId, ...self, sandbox: isolation });
  const { clock } = context;
  const beat = repeated(() => context.workers.beat(identity), {
    everyMs: BEAT_MS,
    clock,
    logger,
    failed: 'not told that this worker lives',
  });
  const tidy = repeated(() => context.recovery.closeLeftSessions(), { everyMs: TIDY_MS, clock, logger, failed: 'left sessions stay open' });
  // Again, for a spare has waited since; and beside its work, for most often the app has done it already.
  const ended = Promise.all([workers.run(), handOver(context, stopping.signal)]).then(() => undefined);
  logger.info({ handedOver, isolation }, 'ready');
  tellReady();
  return {
    ended,
    async stop() {
      stopping.abort();
      workers.stop();
      await ended;
      await Promise.all([beat.stop(), tidy.stop()]);
      await context.workers.leave(identity, 'left');
      await workers.close();
      await context.close();
      spawner.close();
    },
  };
}

/** Before this worker takes work, what the dead held is given out; a part that is away is waited for, as long as whoever started us does. */
async function handOver({ recovery, clock }: Context, stopping: AbortSignal): Promise<readonly HandOver[]> {
  while (!stopping.aborted) {
    try {
      return await recovery.handOverDeadWorkers();
    } catch (error) {
      if (!isPerennialError(error) || error.kind !== 'unavailable') throw error;
    }
    await clock.sleep(ASK_AGAIN_MS, stopping);
  }
  return [];
}

function workersOptions(context: Context, config: Config, worker: string, sandbox: Promise<Sandbox>) {
  const gates = createGateModule({ ...context, worker });
  const main = mainActivities({ gates, graphs: createGraphModule(context), radicle: createRadicleModule(context) });
  const agents = async () => agentActivities(createAgentModule({ ...context, sandbox: await sandbox, runners: agentRunners, worker }));
  const activities = { main, agents: agents() };
  return { target: context.target, identity: worker, bundlePath: BUNDLE, maxAgents: config.maxAgents, activities };
}

function bestSandbox(config: Config, logger: Logger): Promise<Sandbox> {
  const onRefusal = (refusal: object) => logger.warn(refusal, 'does not work here, and would hold more');
  return chooseSandbox({ mode: config.sandbox, host: sandboxHost(config), onRefusal });
}

function sandboxHost({ environment }: Config) {
  const caFiles = CA_VARIABLES.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  return { nodePath: process.execPath, caFiles: Object.fromEntries(caFiles), graceMs: GRACE_MS };
}
