import { type Plan, type PlanIssue, planRefused, type Task } from '../../domain/plan.js';

/** Refuses by name what a plan may say and this version does not do, rather than to leave it out in silence. */
export function refuseUnavailable(plan: Plan, agents: readonly string[]): void {
  const issues = [...planIssues(plan), ...plan.tasks.flatMap((task, index) => taskIssues(task, index, agents))];
  if (issues.length > 0) throw planRefused(issues);
}

function planIssues(plan: Plan): PlanIssue[] {
  return [
    ...(plan.budget ? [{ path: 'budget', message: NOT_YET }] : []),
    ...(plan.land === 'auto' ? [{ path: 'land', message: `"auto": ${NOT_YET}` }] : []),
    ...(plan.checks.length > 0 ? [{ path: 'checks', message: `of a whole plan: ${NOT_YET}; checks of tasks are` }] : []),
  ];
}

function taskIssues(task: Task, index: number, agents: readonly string[]): PlanIssue[] {
  const path = `tasks[${index}]`;
  return [
    ...(agents.includes(task.agent)
      ? []
      : [{ path: `${path}.agent`, message: `agent-unavailable: no agent "${task.agent}" is installed; ${agents.join(' and ')} are` }]),
    ...(task.approve ? [{ path: `${path}.approve`, message: NOT_YET }] : []),
    ...(task.recheck ? [{ path: `${path}.recheck`, message: NOT_YET }] : []),
  ];
}

const NOT_YET = 'is not done by this version';
