import type { RunRow } from '../database.js';
import type { Evidence } from '../evidence.js';
import { groupBy, type Rule, unless } from './rule.js';

const SETTLED = ['completed', 'failed', 'skipped', 'cancelled'];

export const rowRules: readonly Rule[] = [
  {
    says: 'the workflow ended as expected, and all its steps are settled',
    violations: ({ subject, database: { workflow, steps }, tasks }) => [
      ...unless(workflow.status === subject.status, `the workflow is ${workflow.status}, expected ${subject.status}`),
      ...unless(workflow.ended_at !== null, 'the workflow has no end'),
      ...unless(steps.length === tasks.length, `${steps.length} steps for ${tasks.length} tasks`),
      ...steps.flatMap((step) =>
        unless(SETTLED.includes(step.status) && step.ended_at !== null && step.waiting_for === null, `${step.task_id} is ${step.status}`),
      ),
    ],
  },
  {
    says: 'a completed workflow has completed steps alone; a cancelled one cancelled what began and skipped the rest',
    violations: ({ database: { workflow, steps } }) => {
      const allowed = { completed: ['completed'], cancelled: ['completed', 'cancelled', 'skipped'] }[workflow.status] ?? SETTLED;
      return steps.flatMap(({ task_id, status, attempt }) => [
        ...unless(allowed.includes(status), `${task_id} is ${status}`),
        ...unless(status !== 'skipped' || attempt === 0, `${task_id} began and is skipped`),
        ...unless(status !== 'cancelled' || attempt > 0, `${task_id} never began and is cancelled`),
      ]);
    },
  },
  {
    says: 'no agent run is running; each has an end',
    violations: ({ database: { runs } }) => runs.filter(({ status, ended_at }) => status === 'running' || !ended_at).map(nameOf),
  },
  {
    says: 'a completed step has exactly one succeeded run: the last epoch of its last attempt',
    violations: ({ database: { steps, runs } }) =>
      steps
        .filter(({ status }) => status === 'completed')
        .flatMap((step) => {
          const ofStep = runs.filter(({ task_id }) => task_id === step.task_id);
          const succeeded = ofStep.filter(({ status }) => status === 'succeeded');
          const isLast = succeeded[0] === ofStep.at(-1) && succeeded[0]?.attempt === step.attempt;
          return unless(
            succeeded.length === 1 && isLast,
            `${step.task_id}: ${ofStep.map((run) => `${nameOf(run)} ${run.status}`).join(', ')}`,
          );
        }),
  },
  {
    says: 'attempts and epochs are numbered from 1 without gaps, and every epoch but the last of its attempt is lost',
    violations: ({ database: { steps, runs } }) => [
      ...[...groupBy(runs, ({ task_id, attempt }) => `${task_id}.${attempt}`).entries()].flatMap(([name, lives]) => oddEpochs(name, lives)),
      ...steps.flatMap((step) => {
        const attempts = new Set(runs.filter(({ task_id }) => task_id === step.task_id).map(({ attempt }) => attempt));
        const isWhole = [...attempts].every((attempt) => attempt >= 1 && attempt <= step.attempt) && attempts.size >= step.attempt - 1;
        return unless(isWhole, `${step.task_id} has attempt ${step.attempt} and runs of ${[...attempts].join(', ')}`);
      }),
    ],
  },
  { says: 'numbers of changes are consistent: each once, the end of the workflow last', violations: oddNumbers },
];

const nameOf = ({ task_id, attempt, epoch }: RunRow) => `${task_id}.${attempt}.${epoch}`;

function oddEpochs(name: string, lives: readonly RunRow[]): string[] {
  const isRow = lives.every(({ epoch }, index) => epoch === index + 1);
  const areLost = lives.slice(0, -1).every(({ status }) => status === 'lost');
  const workers = lives.map(({ worker }) => worker);
  return [
    ...unless(isRow && areLost, `${name}: ${lives.map(({ epoch, status }) => `${epoch} ${status}`).join(', ')}`),
    ...unless(new Set(workers).size === workers.length, `${name} changed its epoch on one worker`),
  ];
}

function oddNumbers({ database: { workflow, steps } }: Evidence): string[] {
  if (workflow.started_at === null) return [];
  const numbers = steps.map(({ seq }) => seq);
  return [
    ...unless(new Set(numbers).size === numbers.length, `two steps have the same number: ${numbers.join(' ')}`),
    ...unless(Math.max(...numbers) < workflow.seq, `the workflow has ${workflow.seq}, a step ${Math.max(...numbers)}`),
  ];
}
