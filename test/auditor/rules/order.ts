import type { EventRow } from '../database.js';
import type { Evidence, PlanTask } from '../evidence.js';
import { type Rule, unless } from './rule.js';

export const orderRules: readonly Rule[] = [
  {
    says: 'no step starts before all that it needs are completed',
    violations: (evidence) =>
      evidence.tasks.flatMap((task) => {
        const started = firstOf(evidence, task.id, 'step-started');
        if (started === undefined) return [];
        return task.needs.flatMap((need) => {
          const completed = firstOf(evidence, need, 'step-completed');
          return unless(completed !== undefined && completed < started, `${task.id} started before ${need} was completed`);
        });
      }),
  },
  {
    says: 'steps with the same paths never run at once',
    violations: (evidence) =>
      evidence.tasks.flatMap((task, index) =>
        evidence.tasks
          .slice(index + 1)
          .filter((other) => sharePaths(task, other))
          .flatMap((other) => {
            const [a, b] = [spanOf(evidence, task.id), spanOf(evidence, other.id)];
            return unless(!a || !b || a.to < b.from || b.to < a.from, `${task.id} and ${other.id}`);
          }),
      ),
  },
  {
    says: 'no more steps run at once than the plan allows',
    violations: (evidence) => {
      const spans = evidence.tasks.flatMap(({ id }) => spanOf(evidence, id) ?? []);
      const most = Math.max(0, ...spans.map(({ from }) => spans.filter((span) => span.from <= from && from < span.to).length));
      return unless(most <= evidence.maxParallel, `${most} ran at once, expected at most ${evidence.maxParallel}`);
    },
  },
];

function firstOf({ database }: Evidence, taskId: string, type: EventRow['type']): number | undefined {
  return database.events.find((event) => event.task_id === taskId && event.type === type)?.id;
}

/** From the first start of a step to its end, in numbers of events. */
function spanOf(evidence: Evidence, taskId: string): { from: number; to: number } | undefined {
  const from = firstOf(evidence, taskId, 'step-started');
  const end = evidence.database.events.findLast((event) => event.task_id === taskId && event.type.startsWith('step-'));
  return from === undefined || !end ? undefined : { from, to: end.id };
}

function sharePaths(one: PlanTask, other: PlanTask): boolean {
  return one.paths.some((path) => other.paths.includes(path));
}
