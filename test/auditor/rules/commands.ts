import type { EventRow } from '../database.js';
import type { Evidence, PlanTask } from '../evidence.js';
import { type Rule, unless } from './rule.js';

/** What was told of one command of an attempt, in order. */
interface Told {
  readonly name: string;
  readonly began: readonly EventRow[];
  readonly ended: readonly EventRow[];
}

const BEGINNINGS = ['command-started', 'command-repeated'];
const ENDS = ['command-ended', 'check-passed', 'check-failed'];

export const commandRules: readonly Rule[] = [
  {
    says: 'a command whose end is recorded never begins again',
    violations: (evidence) =>
      eachCommand(evidence, ({ name, began, ended }) => {
        const end = ended[0]?.id ?? Number.POSITIVE_INFINITY;
        return unless(
          began.every(({ id }) => id < end),
          name,
        );
      }),
  },
  {
    says: 'a command begins once, every further time is told as repeated',
    violations: (evidence) =>
      eachCommand(evidence, ({ name, began }) => {
        const types = began.map(({ type }) => type);
        return unless(
          types[0] === 'command-started' && types.slice(1).every((type) => type === 'command-repeated'),
          `${name}: ${types.join(', ')}`,
        );
      }),
  },
  {
    says: 'a command begins only after the end of the one before it is recorded',
    violations: (evidence) =>
      succeededAttempts(evidence).flatMap(({ task, attempt }) => {
        const all = numbersOf(evidence, task.id, attempt).map((n) => toldOf(evidence, task.id, attempt, n));
        return all.slice(1).flatMap(({ name, began }, index) => {
          const before = all[index]?.ended[0]?.id;
          return unless(
            before !== undefined && began.every(({ id }) => id > before),
            `${name} began before the end of ${all[index]?.name}`,
          );
        });
      }),
  },
  {
    says: 'a succeeded attempt told the end of each of its commands and checks exactly once, and has a checkpoint of each',
    violations: (evidence) =>
      succeededAttempts(evidence).flatMap(({ task, attempt }) => {
        const count = task.run.length + task.checks.length;
        const checkpoints = checkpointsOf(evidence, task.id, attempt);
        return [
          ...unless(checkpoints === count, `${task.id}.${attempt} has ${checkpoints} checkpoints for ${count} commands`),
          ...Array.from({ length: count }, (_, index) => toldOf(evidence, task.id, attempt, index + 1)).flatMap(({ name, ended }) =>
            unless(ended.length === 1, `${name} told ${ended.length} ends`),
          ),
        ];
      }),
  },
];

function eachCommand(evidence: Evidence, judge: (told: Told) => string[]): string[] {
  const attempts = new Map(evidence.database.runs.map((run) => [`${run.task_id}.${run.attempt}`, run]));
  return [...attempts.values()].flatMap(({ task_id, attempt }) =>
    numbersOf(evidence, task_id, attempt).flatMap((n) => judge(toldOf(evidence, task_id, attempt, n))),
  );
}

export function succeededAttempts({ tasks, database }: Evidence): { task: PlanTask; attempt: number }[] {
  return database.runs
    .filter(({ status }) => status === 'succeeded')
    .flatMap(({ task_id, attempt }) => tasks.filter(({ id }) => id === task_id).map((task) => ({ task, attempt })));
}

export function toldOf({ database }: Evidence, taskId: string, attempt: number, n: number): Told {
  const told = database.events.filter((event) => event.task_id === taskId && event.attempt === attempt && event.data.n === n);
  return {
    name: `${taskId}.${attempt} command ${n}`,
    began: told.filter(({ type }) => BEGINNINGS.includes(type)),
    ended: told.filter(({ type }) => ENDS.includes(type)),
  };
}

function numbersOf({ database }: Evidence, taskId: string, attempt: number): number[] {
  const ofAttempt = database.events.filter(
    (event) => event.task_id === taskId && event.attempt === attempt && typeof event.data.n === 'number',
  );
  return [...new Set(ofAttempt.map(({ data }) => data.n as number))].sort((a, b) => a - b);
}

function checkpointsOf({ repository, subject }: Evidence, taskId: string, attempt: number): number {
  const prefix = `refs/perennial/checkpoint/${subject.workflowId}.${taskId}.${attempt}/`;
  return [...repository.refs.keys()].filter((name) => name.startsWith(prefix) && name !== `${prefix}0`).length;
}
