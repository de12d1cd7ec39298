import type { z } from 'zod';
import { rejected } from './errors.js';
import type { PlanIssue } from './plan-issue.js';
import { needsIssues } from './plan-needs.js';
import { formatPath } from './plan-path.js';
import { type FailurePolicy, planSchema, type WrittenPlan, type WrittenTask } from './plan-schema.js';
import { textIssue } from './plan-text.js';

export type { PlanIssue } from './plan-issue.js';

/** A task with every default filled in. Durations in milliseconds. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  /** `script`, `none`, `llm` or `acp:<name>`. */
  readonly agent: string;
  readonly run: readonly string[];
  readonly prompt?: string;
  readonly repeat: 'redo' | 'ask';
  readonly checks: readonly string[];
  readonly recheck: boolean;
  readonly paths: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly network: 'on' | 'off';
  /** 1 (first) to 5. */
  readonly priority: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly onFailure: FailurePolicy;
  readonly approve: boolean;
}

/** A plan that was found valid. */
export interface Plan {
  readonly name: string;
  readonly goal?: string;
  readonly maxParallel: number;
  readonly land: 'ask' | 'auto' | 'never';
  readonly checks: readonly string[];
  readonly budget?: { readonly usd?: number | undefined; readonly tokens?: number | undefined; readonly time?: number | undefined };
  readonly tasks: readonly Task[];
}

/**
 * The plan in `input` (parsed YAML or JSON), complete and valid.
 * Throws `plan-refused` with all issues found, each with its place; unknown keys, cycles and unknown needs are among them.
 */
export function parsePlan(input: unknown): Plan {
  const unfit = textIssue(input);
  if (unfit) throw planRefused([unfit]);
  const parsed = planSchema.safeParse(input);
  if (!parsed.success) throw planRefused(parsed.error.issues.flatMap(toPlanIssues));
  const issues = [...parsed.data.tasks.flatMap(agentIssues(parsed.data)), ...needsIssues(parsed.data.tasks)];
  if (issues.length > 0) throw planRefused(issues);
  return completePlan(parsed.data);
}

const ISSUES_SHOWN = 100;

export function planRefused(issues: readonly PlanIssue[]): Error {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return rejected('plan-refused', `the plan was refused: ${first?.path ? `${first.path}: ` : ''}${first?.message}${more}`, {
    errors: issues.slice(0, ISSUES_SHOWN),
  });
}

function completePlan(plan: WrittenPlan): Plan {
  const { name, goal, maxParallel, land, checks, budget } = plan;
  const tasks = plan.tasks.map((task) => completeTask(task, plan));
  return { name, ...(goal && { goal }), maxParallel, land, checks, ...(budget && { budget }), tasks };
}

function completeTask(task: WrittenTask, plan: WrittenPlan): Task {
  const given = { ...plan.defaults, ...task };
  return {
    id: task.id,
    title: given.title ?? task.id,
    needs: task.needs,
    agent: agentOf(task, plan),
    run: task.run ?? [],
    ...(task.prompt && { prompt: task.prompt }),
    repeat: given.repeat ?? 'redo',
    checks: given.checks ?? [],
    recheck: given.recheck ?? false,
    paths: given.paths ?? [],
    env: { ...plan.defaults.env, ...task.env },
    network: given.network ?? 'on',
    priority: given.priority ?? 3,
    timeoutMs: given.timeout ?? 1_800_000,
    maxAttempts: given.maxAttempts ?? 2,
    onFailure: given.onFailure ?? plan.onFailure,
    approve: given.approve ?? false,
  };
}

/** Commands make a task a script whatever the plan's default agent is; a prompt or nothing leaves the default its say. */
function agentOf(task: WrittenTask, plan: WrittenPlan): string {
  if (task.agent) return task.agent;
  if (task.run) return 'script';
  return plan.defaults.agent ?? (task.prompt ? 'llm' : 'none');
}

function agentIssues(plan: WrittenPlan) {
  return (task: WrittenTask, index: number): PlanIssue[] => {
    const path = `tasks[${index}]`;
    const agent = agentOf(task, plan);
    if (task.run && task.prompt) return [{ path, message: 'has both run and prompt; expected one of them' }];
    if (agent === 'script' && !task.run) return [{ path, message: 'agent "script" expects run: a list of shell commands' }];
    if (agent !== 'script' && task.run) return [{ path: `${path}.run`, message: `agent "${agent}" takes no commands; only "script" does` }];
    if (agent === 'none' && task.prompt) return [{ path: `${path}.prompt`, message: 'agent "none" takes no prompt' }];
    if (agent !== 'script' && agent !== 'none' && !task.prompt) return [{ path, message: `agent "${agent}" expects a prompt` }];
    return [];
  };
}

function toPlanIssues(issue: z.core.$ZodIssue): PlanIssue[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: formatPath(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({ path: formatPath([...issue.path, key]), message: 'is not a key that a plan has here' }));
}
