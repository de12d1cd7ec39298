import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { randomIds } from '../../../src/adapters/system/ids.js';
import { rejected, unavailable } from '../../../src/domain/errors.js';
import { type HttpServer, listen } from '../../../src/http/server.js';
import { createProjectModule } from '../../../src/modules/project/project-module.js';
import { createStudioModule } from '../../../src/modules/studio/studio-module.js';
import { createWorkflowModule } from '../../../src/modules/workflow/workflow-module.js';
import type { AttemptLog } from '../../../src/ports/attempt-log.js';
import type { Store } from '../../../src/ports/store.js';
import type { WorkflowEngine } from '../../../src/ports/workflow-engine.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import type { Repositories } from '../../support/repositories.js';

const TOKEN = 'a-token-of-at-least-thirty-two-characters';
const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';

/** The app with its real routes over repositories in memory; no work is done but what a test says. */
export interface TestStudio {
  readonly home: string;
  readonly repositories: Repositories;
  /** Output by `<workflow>/<task>.<attempt>`. */
  readonly logs: Map<string, string>;
  /** Listens on any free port, and writes it down as the supervisor does. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Closes, and removes the home. */
  end(): Promise<void>;
  /** The next so many plans find that their source does not answer. */
  loseSource(times: number): void;
  addProject(name: string): Promise<string>;
  /** A file below the home. */
  file(name: string, text: string): Promise<string>;
}

export async function createTestStudio(): Promise<TestStudio> {
  const home = await mkdtemp(join(tmpdir(), 'perennial-cli-'));
  const repositories = memoryRepositories();
  const logs = new Map<string, string>();
  const { store, loseSource } = createSources();
  const deps = httpDeps(repositories, logs, store);
  let server: HttpServer | undefined;
  await mkdir(join(home, 'run'));
  await writeFile(join(home, 'token'), `${TOKEN}\n`);

  async function close(): Promise<void> {
    await server?.close();
    server = undefined;
  }
  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(home, name), text);
    return join(home, name);
  }
  return {
    home,
    repositories,
    logs,
    loseSource,
    file,
    close,
    async open() {
      server = await listen(deps, { host: '127.0.0.1', port: 0 });
      await file(join('run', 'ports.json'), JSON.stringify({ http: server.port }));
    },
    async end() {
      await close();
      await rm(home, { recursive: true });
    },
    async addProject(name) {
      return (await deps.projects.add({ source: `/src/${name}`, name })).project.id;
    },
  };
}

function httpDeps(repositories: Repositories, logs: ReadonlyMap<string, string>, store: Store) {
  const agents = ['script', 'none'];
  const wide = { ...repositories, store, engine, ids: randomIds, agents, log: logOver(logs) };
  return {
    projects: createProjectModule(wide),
    workflows: createWorkflowModule(wide),
    studio: createStudioModule(wide),
    system: { parts: allReady, describe: async () => ({}), temporalUi: async () => undefined },
    token: TOKEN,
    logger: pino({ level: 'silent' }),
  };
}

const allReady = async () => ({ database: 'ready', temporal: 'ready', worker: 'ready' }) as const;

function logOver(logs: ReadonlyMap<string, string>): AttemptLog {
  return {
    read: async ({ workflowId, taskId, attempt }) => Buffer.from(logs.get(`${workflowId}/${taskId}.${attempt}`) ?? ''),
    open: () => Promise.reject(rejected('no-worker', 'no commands run here')),
  };
}

/** A source is whatever it is called; one named `missing` is none. */
function createSources(): { store: Store; loseSource(times: number): void } {
  let lost = 0;
  const store = {
    kind: 'git',
    inspect: async (source: string, branch = 'main') => {
      if (source.endsWith('missing')) throw rejected('source-refused', `"${source}" is no git repository`);
      return { source, defaultBranch: branch, head: COMMIT, name: source.split('/').at(-1) ?? source };
    },
    importProject: async () => ({ head: COMMIT, warnings: ['uses submodules, which are not fetched'] }),
    fetchSource: async () => {
      if (lost-- > 0) throw unavailable('source', 'the source does not answer');
      return { head: COMMIT };
    },
    openWorkflow: async () => undefined,
    integrationHead: async () => COMMIT,
  };
  return {
    store: store as unknown as Store,
    loseSource(times) {
      lost = times;
    },
  };
}

const engine = {
  start: async () => undefined,
  cancel: async () => true,
} as unknown as WorkflowEngine;
