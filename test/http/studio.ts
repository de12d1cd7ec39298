import { pino } from 'pino';
import { randomIds } from '../../src/adapters/system/ids.js';
import { listen } from '../../src/http/server.js';
import { createSystemInfo } from '../../src/http/system-info.js';
import { createProjectModule } from '../../src/modules/project/project-module.js';
import { createStudioModule } from '../../src/modules/studio/studio-module.js';
import { createWorkflowModule } from '../../src/modules/workflow/workflow-module.js';
import type { AttemptLog } from '../../src/ports/attempt-log.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Store } from '../../src/ports/store.js';
import type { WorkflowEngine } from '../../src/ports/workflow-engine.js';
import { memoryRepositories } from '../support/memory/repositories.js';
import { type Answer, ask, type Question } from './ask.js';

export const TOKEN = 'the-token-of-this-test-which-is-long-enough';
export const HEAD = `${'c0ffee'.repeat(6)}c0ff`;

/** The real server over the real modules, all that is outside kept in memory. What a test may break is in `outside`. */
export interface Studio {
  readonly port: number;
  readonly outside: Outside;
  /** What the server logged: JSON lines. */
  readonly logged: Record<string, unknown>[];
  /** Asks with the token, unless the question says otherwise. */
  ask(question: Question): Promise<Answer>;
  /** Adds a project and returns its id. */
  addProject(): Promise<string>;
  close(): Promise<void>;
}

export interface Outside {
  readonly store: Store;
  readonly engine: WorkflowEngine;
  readonly repositories: ReturnType<typeof memoryRepositories>;
  log: Uint8Array | undefined;
  now: Date;
}

export async function startStudio(options: { publicUrl?: string } = {}): Promise<Studio> {
  const outside = newOutside();
  const logged: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const server = await listen({ ...modulesOver(outside), token: TOKEN, logger }, { host: '127.0.0.1', port: 0, ...options });
  const askIt = (question: Question) =>
    ask(server.port, { ...question, headers: { authorization: `Bearer ${TOKEN}`, ...question.headers } });
  return {
    port: server.port,
    outside,
    logged,
    ask: askIt,
    addProject: async () => (await askIt({ method: 'POST', path: '/api/projects', json: { source: '/srv/demo' } })).json().id,
    close: () => server.close(),
  };
}

function modulesOver(outside: Outside) {
  const clock: Clock = { now: () => outside.now, sleep: async () => undefined };
  const log: AttemptLog = { open: () => Promise.reject(new Error('nothing is written here')), read: async () => outside.log };
  const deps = {
    ...outside.repositories,
    store: outside.store,
    engine: outside.engine,
    ids: randomIds,
    log,
    clock,
    agents: ['script', 'none'],
  };
  return {
    projects: createProjectModule(deps),
    workflows: createWorkflowModule(deps),
    studio: createStudioModule(deps),
    system: createSystemInfo({ ...deps, versions: { perennial: '0.0.0' }, temporalUi: async () => 'http://127.0.0.1:8233' }),
  };
}

function newOutside(): Outside {
  return { store: memoryStore(), engine: memoryEngine(), repositories: memoryRepositories(), log: undefined, now: new Date() };
}

/** As much of a store as routes reach for. */
function memoryStore(): Store {
  const store: Pick<Store, 'kind' | 'inspect' | 'importProject' | 'fetchSource' | 'openWorkflow' | 'integrationHead'> = {
    kind: 'git',
    inspect: async (source) => ({ source, defaultBranch: 'main', head: HEAD, name: source.split('/').at(-1) as string }),
    importProject: async () => ({ head: HEAD, warnings: [] }),
    fetchSource: async () => ({ head: HEAD }),
    openWorkflow: async () => undefined,
    integrationHead: async () => undefined,
  };
  return store as Store;
}

function memoryEngine(): WorkflowEngine {
  return {
    start: async () => undefined,
    cancel: async () => true,
    releaseActivity: async () => 'stale',
    releaseWorkflow: async () => undefined,
    isReachable: async () => true,
  };
}
