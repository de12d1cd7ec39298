import { createAttemptLog } from './adapters/files/attempt-log.js';
import { createGitStore } from './adapters/git/git-store.js';
import { createAgentRunRepository } from './adapters/prisma/agent-run-repository.js';
import { connect } from './adapters/prisma/connect.js';
import { createEventRepository } from './adapters/prisma/event-repository.js';
import { createProjectRepository } from './adapters/prisma/project-repository.js';
import { createRadicleSessionRepository } from './adapters/prisma/radicle-session-repository.js';
import { createWorkerRepository } from './adapters/prisma/worker-repository.js';
import { createWorkflowRepository } from './adapters/prisma/workflow-repository.js';
import { createWorkflowStepRepository } from './adapters/prisma/workflow-step-repository.js';
import { createProcessTable } from './adapters/process/process-table.js';
import type { RunProgram } from './adapters/process/run-program.js';
import { systemClock } from './adapters/system/clock.js';
import { randomIds } from './adapters/system/ids.js';
import { connectClient, type TemporalTarget, temporalTarget } from './adapters/temporal/connect.js';
import { createWorkflowEngine } from './adapters/temporal/workflow-engine.js';
import type { Config } from './config.js';
import { unavailable } from './domain/errors.js';
import { createRecoveryModule } from './modules/recovery/recovery-module.js';

/** What every role has: the outside, behind ports. Built once a process and handed down. */
export type Context = Awaited<ReturnType<typeof createContext>>;

export interface ContextOptions {
  /** Who this process is to Temporal. */
  readonly identity: string;
  /** Connections to the database at most. */
  readonly poolSize: number;
  /** Who starts git; left out: this process itself. */
  readonly run?: RunProgram;
}

export async function createContext(config: Config, { identity, poolSize, run }: ContextOptions) {
  const database = connect({ url: databaseUrl(config), poolSize });
  const target: TemporalTarget = temporalTarget(config);
  const client = await connectClient(target, identity);
  const { client: prisma } = database;
  const { reposDir, worktreesDir, hostId, environment: env } = config;
  const outside = {
    projects: createProjectRepository(prisma),
    workflows: createWorkflowRepository(prisma),
    steps: createWorkflowStepRepository(prisma),
    agentRuns: createAgentRunRepository(prisma),
    sessions: createRadicleSessionRepository(prisma),
    workers: createWorkerRepository(prisma),
    events: createEventRepository(prisma),
    store: createGitStore({ reposDir, worktreesDir, hostId, env, ...(run && { run }) }),
    engine: createWorkflowEngine(client),
    log: createAttemptLog(config.logsDir),
    processes: createProcessTable(),
    clock: systemClock,
    ids: randomIds,
    host: hostId,
  };
  return {
    ...outside,
    target,
    recovery: createRecoveryModule(outside),
    async close() {
      await client.connection.close();
      await database.close();
    },
  };
}

/** Throws `unavailable` when no database is named: the embedded one is the supervisor's, which sets it. */
export function databaseUrl({ databaseUrl: url }: Config): string {
  if (!url)
    throw unavailable('database', 'DATABASE_URL is not set; start this role by `npm start`, or set the URL of a PostgreSQL database');
  return url;
}
