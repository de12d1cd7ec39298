import { type Rule, unless } from './rule.js';

export const leftoverRules: readonly Rule[] = [
  { says: 'no process carries the mark of the workflow', violations: ({ leftovers }) => [...leftovers.processes] },
  { says: 'no lock file lies in repositories and worktrees', violations: ({ leftovers }) => [...leftovers.locks] },
  {
    says: 'no worktree is left, and no session open',
    violations: ({ leftovers, database }) => [
      ...leftovers.worktrees,
      ...database.sessions.filter(({ is_open }) => is_open).map(({ task_id, attempt }) => `session of ${task_id}.${attempt} is open`),
    ],
  },
  {
    says: 'every worker that the database believes in lives',
    violations: ({ leftovers, database }) =>
      database.workers.flatMap((worker) => {
        const [, pid, startTime] = /:(\d+):(\d+)$/.exec(worker) ?? [];
        return unless(leftovers.startTimes.get(Number(pid)) === startTime, worker);
      }),
  },
];
