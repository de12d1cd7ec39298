import type { EventRow } from '../database.js';
import type { Evidence } from '../evidence.js';
import { type Rule, unless } from './rule.js';

export const eventRules: readonly Rule[] = [
  {
    says: 'events are numbered in the order in which they happened',
    violations: ({ database: { events } }) =>
      events.slice(1).flatMap((event, index) => {
        const before = events[index] as EventRow;
        return unless(
          event.id > before.id && event.at >= before.at,
          `${before.id} at ${before.at.toISOString()}, ${event.id} at ${event.at.toISOString()}`,
        );
      }),
  },
  {
    says: 'the workflow tells once that it was accepted, started and how it ended, in this order, the end last',
    violations: ({ database: { events, workflow } }) => {
      const told = events.filter(({ type }) => type.startsWith('workflow-')).map(({ type }) => type);
      const wanted = ['workflow-accepted', ...(workflow.started_at ? ['workflow-started'] : []), `workflow-${workflow.status}`];
      return [
        ...unless(told.join() === wanted.join(), told.join(', ')),
        ...unless(events.at(-1)?.type === `workflow-${workflow.status}`, `the last event is ${events.at(-1)?.type}`),
      ];
    },
  },
  {
    says: 'each step tells its end exactly once, and its integration when it has a commit',
    violations: ({ database: { events, steps } }) =>
      steps.flatMap((step) => {
        const ofStep = events.filter(({ task_id }) => task_id === step.task_id);
        const ends = ofStep.filter(({ type }) => /^step-(completed|failed|skipped|cancelled)$/.test(type)).map(({ type }) => type);
        const integrations = ofStep.filter(({ type }) => type === 'step-integrated');
        return [
          ...unless(ends.join() === `step-${step.status}`, `${step.task_id} is ${step.status} and told ${ends.join(', ') || 'nothing'}`),
          ...unless(integrations.length === (step.commit ? 1 : 0), `${step.task_id} was integrated ${integrations.length} times`),
          ...unless(
            integrations.every(({ data }) => data.commit === step.commit),
            `${step.task_id} told another commit than its row`,
          ),
        ];
      }),
  },
  { says: 'each agent run tells its start and its end or loss exactly once', violations: oddRuns },
  {
    says: 'each attempt tells once that its step started',
    violations: ({ database: { events, runs } }) =>
      runs
        .filter(({ epoch }) => epoch === 1)
        .flatMap(({ task_id, attempt }) => {
          const count = events.filter(
            (event) => event.type === 'step-started' && event.task_id === task_id && event.attempt === attempt,
          ).length;
          return unless(count === 1, `${task_id}.${attempt} started ${count} times`);
        }),
  },
];

function oddRuns({ database: { events, runs } }: Evidence): string[] {
  return runs.flatMap(({ task_id, attempt, epoch, status }) => {
    const told = events
      .filter(
        (event) => event.task_id === task_id && event.attempt === attempt && event.epoch === epoch && event.type.startsWith('agent-run-'),
      )
      .map(({ type }) => type);
    const wanted = ['agent-run-started', status === 'lost' ? 'agent-run-lost' : 'agent-run-ended'];
    return unless(told.join() === wanted.join(), `${task_id}.${attempt}.${epoch} is ${status} and told ${told.join(', ')}`);
  });
}
