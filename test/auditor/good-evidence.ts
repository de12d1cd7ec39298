import type { EventRow, RunRow, StepRow } from './database.js';
import type { Evidence } from './evidence.js';
import type { Commit } from './repository.js';

/** What two tasks leave that kept every promise: `b` needs `a`, and lost its worker in the middle of its command. */
export function goodEvidence(): Evidence {
  const source = { path: '/source', head: 'refs/heads/main', refs: ['refs/heads/main base', 'refs/tags/v1 base'], changes: '' };
  return {
    subject: {
      ...{ home: '/home', databaseUrl: '', workflowId: 'wf', planFile: '/plan', source, status: 'completed' },
      content: { 'a.txt': 'a\n', 'junk.txt': null },
      keepsDiary: true,
    },
    maxParallel: 1,
    tasks: [aTask('a', []), aTask('b', ['a'])],
    database: {
      workflow: { id: 'wf', project_id: 'p', status: 'completed', base: 'base', seq: 9, started_at: AT, ended_at: AT },
      defaultBranch: 'main',
      steps: [aStep('a', 3), aStep('b', 5)],
      runs: [aRun('a', 1, 'succeeded', 'host:1:1'), aRun('b', 1, 'lost', 'host:1:1'), aRun('b', 2, 'succeeded', 'host:2:2')],
      sessions: ['a', 'b'].map((task_id) => ({ task_id, attempt: 1, is_open: false })),
      events: EVENTS.map(toEvent),
      workers: ['host:2:2'],
    },
    repository: {
      refs: new Map([
        ...[['refs/heads/main', 'base'] as const, ['refs/heads/perennial/wf/integration', 'commit-b'] as const],
        ...['a', 'b'].map((id) => [`refs/heads/perennial/wf/step/${id}`, `commit-${id}`] as const),
        ...['a', 'b'].map((id) => [`refs/perennial/checkpoint/wf.${id}.1/1`, `checkpoint-${id}`] as const),
      ]),
      commits: [aCommit('a', 'base'), aCommit('b', 'commit-a')],
      onBranches: [aCommit('a', 'base'), aCommit('b', 'commit-a')],
      ancestors: new Map([
        ['commit-a', new Set(['commit-a', 'base'])],
        ['commit-b', new Set(['commit-b', 'commit-a', 'base'])],
      ]),
      mainLine: ['commit-b', 'commit-a', 'base'],
      files: new Map([
        ['a.txt', 'a\n'],
        ['junk.txt', undefined],
      ]),
      fsck: { code: 0, text: '' },
    },
    sourceNow: structuredClone(source),
    leftovers: { processes: [], locks: [], worktrees: [], startTimes: new Map([[2, '2']]) },
    outputs: [
      { task: 'a', attempt: 1, text: 'diary:\nbegin 1\nend 1\n' },
      { task: 'b', attempt: 1, text: 'half of it\n… cut off …\ndiary:\nbegin 1\nbegin 1\nend 1\n' },
    ],
  };
}

const AT = new Date('2030-01-01T00:00:00Z');

type Told = [type: string, task?: string, epoch?: number, n?: number];
const EVENTS: readonly Told[] = [
  ['workflow-accepted'],
  ['workflow-started'],
  ['step-started', 'a'],
  ['agent-run-started', 'a', 1],
  ['command-started', 'a', 1, 1],
  ['command-ended', 'a', 1, 1],
  ['agent-run-ended', 'a', 1],
  ['step-integrated', 'a'],
  ['step-completed', 'a'],
  ['step-started', 'b'],
  ['agent-run-started', 'b', 1],
  ['command-started', 'b', 1, 1],
  ['agent-run-lost', 'b', 1],
  ['agent-run-started', 'b', 2],
  ['command-repeated', 'b', 2, 1],
  ['command-ended', 'b', 2, 1],
  ['agent-run-ended', 'b', 2],
  ['step-integrated', 'b'],
  ['step-completed', 'b'],
  ['workflow-completed'],
];

function toEvent([type, task, epoch, n]: Told, index: number): EventRow {
  const data = { ...(n && { n }), ...(type === 'step-integrated' && { commit: `commit-${task}` }) };
  return { id: index + 1, at: AT, type, task_id: task ?? null, attempt: task ? 1 : null, epoch: epoch ?? null, data };
}

function aTask(id: string, needs: readonly string[]) {
  return { id, title: `Task ${id}`, needs, agent: 'script', run: ['true'], checks: [], paths: ['same.txt'] };
}

function aStep(task_id: string, seq: number): StepRow {
  return { task_id, status: 'completed', attempt: 1, seq, waiting_for: null, commit: `commit-${task_id}`, ended_at: AT };
}

function aRun(task_id: string, epoch: number, status: string, worker: string): RunRow {
  return { task_id, attempt: 1, epoch, status, worker, ended_at: AT };
}

function aCommit(step: string, parent: string): Commit {
  return {
    ...{ id: `commit-${step}`, parents: [parent], workflow: 'wf', step, attempt: '1', merges: '', subject: `Task ${step}` },
    author: 'script via Perennial <agent@perennial.invalid>',
    committer: 'Perennial <perennial@perennial.invalid>',
  };
}
