import { rejected } from '../../domain/errors.js';
import { type Plan, type PlanIssue, planRefused, type Task } from '../../domain/plan.js';

/**
 * Refuses by name what a plan may say and this installation does not do, rather than to leave it out in silence: `agent-unavailable` for kinds of
 * agent that it does not have, else `plan-refused`.
 */
export function refuseUnavailable(plan: Plan, agents: readonly string[]): void {
  const missing = plan.tasks.flatMap((task, index) => (agents.includes(task.agent) ? [] : [agentIssue(task, index, agents)]));
  const [first] = missing;
  if (first) throw rejected('agent-unavailable', `${first.path}: ${first.message}`, { errors: missing });
  const issues = [...planIssues(plan), ...plan.tasks.flatMap(taskIssues)];
  if (issues.length > 0) throw planRefused(issues);
}

function agentIssue({ agent }: Task, index: number, agents: readonly string[]): PlanIssue {
  return { path: `tasks[${index}].agent`, message: `no agent "${agent}" is here; ${agents.join(' and ')} are` };
}

function planIssues(plan: Plan): PlanIssue[] {
  return [
    ...(plan.budget ? [{ path: 'budget', message: NOT_YET }] : []),
    ...(plan.land === 'auto' ? [{ path: 'land', message: `"auto" ${NOT_YET}` }] : []),
    ...(plan.checks.length > 0 ? [{ path: 'checks', message: `${NOT_YET} for a whole plan; checks of tasks are` }] : []),
  ];
}

function taskIssues(task: Task, index: number): PlanIssue[] {
  const path = `tasks[${index}]`;
  return [
    ...(task.approve ? [{ path: `${path}.approve`, message: NOT_YET }] : []),
    ...(task.recheck ? [{ path: `${path}.recheck`, message: NOT_YET }] : []),
  ];
}

const NOT_YET = 'is not done by this version';
