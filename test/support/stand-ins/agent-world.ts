import { agentRunners } from '../../../src/adapters/agents/runners.js';
import type { AttemptInput, WorkResult } from '../../../src/domain/activities.js';
import type { Event } from '../../../src/domain/events.js';
import { workerProcess } from '../../../src/domain/names.js';
import { parsePlan } from '../../../src/domain/plan.js';
import { type AgentModule, createAgentModule } from '../../../src/modules/agent/agent-module.js';
import { memoryRepositories } from '../memory/repositories.js';
import { HeldClock } from './held-clock.js';
import { Crash, type Fault, Journal, watched } from './journal.js';
import { KnownProcesses } from './known-processes.js';
import { MemoryLog } from './memory-log.js';
import { MemoryStore } from './memory-store.js';
import { PlayedSandbox } from './played-sandbox.js';

export const ATTEMPT = { projectId: 'p', workflowId: 'wf', taskId: 'a', attempt: 1, seq: 2 } as const;

export type AgentWorld = Awaited<ReturnType<typeof agentWorld>>;

/** A worker's life: what it calls is in its journal. */
export interface WorkerLife {
  readonly agents: AgentModule;
  readonly journal: Journal;
  /** `work` of the attempt, as this worker's activity. */
  work(input?: Partial<AttemptInput>): Promise<WorkResult>;
  /** Somebody cancels the attempt. */
  cancel(): void;
  /** The worker is told to go away. */
  shutDown(): void;
}

export const CANCELLED = new Error('cancelled, as Temporal says it');

/** One workflow with the step `a` as `task` writes it, on a repository with one file. Workers live in it one after the other, or at once. */
export async function agentWorld(task: Readonly<Record<string, unknown>>) {
  const repositories = memoryRepositories();
  const [store, clock, processes, log] = [new MemoryStore(), new HeldClock(), new KnownProcesses(), new MemoryLog()];
  const sandbox = new PlayedSandbox(store, clock);
  const base = store.root({ readme: 'hello' });
  await repositories.projects.add({
    id: 'p',
    name: 'p',
    source: '/p',
    defaultBranch: 'main',
    store: 'git',
    head: base,
    warnings: [],
  });
  const plan = parsePlan({ version: 1, name: 'a plan', tasks: [{ id: 'a', ...task }] });
  await repositories.workflows.accept({ id: 'wf', projectId: 'p', plan, base });
  await store.openWorkflow({ workflowId: 'wf', base });

  let handedOut = 0;

  /** A worker comes alive, and is handed the attempt. `fault` is where its life goes wrong; `die` says that it is over. */
  function worker(id: string, { host = 'host', fault }: { host?: string; fault?: Fault } = {}): WorkerLife {
    processes.alive.add(workerProcess(id).pid);
    const journal = new Journal(fault);
    const agents = createAgentModule({
      steps: watched(journal, 'steps', repositories.steps, ['find']),
      agentRuns: watched(journal, 'agentRuns', repositories.agentRuns, ['claim', 'passGate', 'append', 'end', 'resultOf']),
      sessions: watched(journal, 'sessions', repositories.sessions, ['save', 'close']),
      events: watched(journal, 'events', repositories.events, ['list']),
      store: watched(journal, 'store', store, ['openSession', 'checkpoints', 'saveCheckpoint', 'treeOf', 'keep', 'closeSession']),
      sandbox: watched(journal, 'sandbox', sandbox, ['run']),
      processes: watched(journal, 'processes', processes, ['killMarked', 'isAlive']),
      log: watched(journal, 'log', log, ['open']),
      clock,
      runners: agentRunners,
      host,
      worker: id,
    });
    const told = new AbortController();
    let isCancelled = false;
    const handedOutAt = ++handedOut;
    const life = { handedOutAt, taskToken: `token of ${id}`, signal: told.signal, isCancelRequested: () => isCancelled };
    return {
      agents,
      journal,
      work: (input = {}) => agents.work({ ...ATTEMPT, ...input }, life),
      cancel() {
        isCancelled = true;
        told.abort(CANCELLED);
      },
      shutDown: () => told.abort(CANCELLED),
    };
  }

  return {
    ...{ repositories, store, clock, processes, log, sandbox, base, worker },
    /** The worker's process is gone. */
    die: (id: string) => void processes.alive.delete(workerProcess(id).pid),
    /** A worker that works until it dies at `fault`; returns its calls. */
    async workUntilDeath(id: string, fault: Fault): Promise<string[]> {
      const life = worker(id, { fault });
      await life.work().catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      processes.alive.delete(workerProcess(id).pid);
      return life.journal.calls;
    },
    runs: () => repositories.agentRuns.forStep('wf', 'a'),
    statuses: async () => (await repositories.agentRuns.forStep('wf', 'a')).map(({ status }) => status),
    events: () => repositories.events.list({ workflowId: 'wf', taskId: 'a', after: 0, limit: 1_000 }),
    told: async () => (await repositories.events.list({ workflowId: 'wf', taskId: 'a', after: 0, limit: 1_000 })).map(line),
    session: () => repositories.sessions.find(ATTEMPT),
    output: async () => String((await log.read(ATTEMPT)) ?? ''),
    filesOf: (result: WorkResult) => (result.kind === 'succeeded' ? store.trees.filesOf(result.tree) : undefined),
  };
}

/** `command-ended 2 exit 0`, `agent-run-ended succeeded`, or the type alone. */
function line({ type, data }: Event): string {
  const facts = [data.n, data.exitCode !== undefined && data.n !== undefined ? `exit ${data.exitCode}` : undefined, data.status];
  return [type, ...facts.filter((fact) => fact !== undefined)].join(' ');
}
