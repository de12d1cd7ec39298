import type { Event } from '../domain/events.js';
import { stepBranch } from '../domain/names.js';
import type { WorkflowView } from '../modules/studio/studio-module.js';
import type { AgentRun } from '../ports/agent-run-repository.js';
import type { Project } from '../ports/project-repository.js';
import type { WorkflowSummary } from '../ports/workflow-repository.js';
import type { WorkflowStep } from '../ports/workflow-step-repository.js';

/** What the API shows of each thing; dates become ISO 8601 UTC in JSON. */

export function projectView(project: Project) {
  const { id, name, source, defaultBranch, store, head, warnings, createdAt } = project;
  return { id, name, source, defaultBranch, store, head, warnings, createdAt };
}

export function workflowSummaryView(workflow: WorkflowSummary) {
  const { id, projectId, name, status, reason, waitingFor, counts, base, landing, createdAt, startedAt, endedAt } = workflow;
  return {
    id,
    projectId,
    name,
    status,
    reason,
    waitingFor,
    counts,
    base,
    landing: { state: landing },
    spent: NOTHING_SPENT,
    createdAt,
    startedAt,
    endedAt,
  };
}

/** Scripts cost no model. */
const NOTHING_SPENT = { usd: 0, tokens: 0 };

export function workflowView(workflow: WorkflowView) {
  return { ...workflowSummaryView(workflow), integration: workflow.integration };
}

export function stepView(step: WorkflowStep) {
  const { workflowId, taskId, task, status, attempt, commit, waitingFor, startedAt, endedAt, error } = step;
  const { title, needs, agent } = task;
  return {
    taskId,
    title,
    status,
    needs,
    attempt,
    agent,
    branch: stepBranch(workflowId, taskId),
    commit,
    waitingFor,
    startedAt,
    endedAt,
    error,
  };
}

export function stepWithRunsView({ step, runs }: { step: WorkflowStep; runs: readonly AgentRun[] }) {
  return { ...stepView(step), run: step.task.run, checks: step.task.checks, runs: runs.map(runView) };
}

function runView(run: AgentRun) {
  const { id, attempt, epoch, status, host, isolation, startedAt, endedAt, exitCode } = run;
  return { id, attempt, epoch, status, host, isolation, startedAt, endedAt, exitCode };
}

export function eventView(event: Event) {
  const { id, at, type, workflowId, taskId, attempt, epoch, data } = event;
  return { id, at, type, workflowId, taskId, attempt, epoch, data };
}
