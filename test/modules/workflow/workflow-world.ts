import { createHash } from 'node:crypto';
import { createWorkflowModule } from '../../../src/modules/workflow/workflow-module.js';
import { memoryRepositories } from '../../support/memory/repositories.js';
import { countedIds } from '../../support/stand-ins/counted-ids.js';
import { Journal, watched } from '../../support/stand-ins/journal.js';
import { MemoryStore } from '../../support/stand-ins/memory-store.js';
import { RecordingEngine } from '../../support/stand-ins/recording-engine.js';

/** A project `p` of `/source`, and the module over it; what it calls outside is in the journal. */
export async function acceptWorld() {
  const repositories = memoryRepositories();
  const [store, engine, journal] = [new MemoryStore(), new RecordingEngine(), new Journal()];
  const first = store.root({ readme: 'hello' });
  store.sources.set('/source', first);
  await repositories.projects.add({
    id: 'p',
    name: 'p',
    source: '/source',
    defaultBranch: 'main',
    store: 'git',
    head: first,
    warnings: [],
  });
  const module = createWorkflowModule({
    projects: watched(journal, 'projects', repositories.projects, ['sawHead']),
    workflows: watched(journal, 'workflows', repositories.workflows, ['accept', 'cancelPending']),
    steps: repositories.steps,
    store: watched(journal, 'store', store, ['fetchSource', 'openWorkflow']),
    engine: watched(journal, 'engine', engine, ['start', 'cancel']),
    ids: countedIds(),
    agents: ['script', 'none'],
  });
  const accept = (plan: unknown, key?: string) =>
    module.accept({ projectId: 'p', plan, ...(key && { idempotency: { key, bodyHash: hash(plan) } }) });
  const statusOf = async (id: string) => (await repositories.workflows.find(id))?.status;
  return { repositories, store, engine, journal, module, first, accept, statusOf };
}

const hash = (plan: unknown): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex');
