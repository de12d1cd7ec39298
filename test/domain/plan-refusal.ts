import { PerennialError } from '../../src/domain/errors.js';
import { type PlanIssue, parsePlan } from '../../src/domain/plan.js';

/** What is wrong with a plan, a line an issue: `tasks[0].id: …`. Fails when the plan is taken, or refused in any other way. */
export function refusal(plan: unknown): string[] {
  return issuesOf(plan).map(({ path, message }) => `${path}: ${message}`);
}

/** Places of what is wrong with a plan. */
export function refusedAt(plan: unknown): string[] {
  return issuesOf(plan).map(({ path }) => path);
}

function issuesOf(plan: unknown): PlanIssue[] {
  try {
    parsePlan(plan);
  } catch (error) {
    if (!(error instanceof PerennialError) || error.code !== 'plan-refused') throw error;
    return error.details.errors as PlanIssue[];
  }
  throw new Error('the plan was taken');
}
