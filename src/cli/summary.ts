import { join } from 'node:path';
import type { Config } from '../config.js';
import { STEP_STATUSES } from '../domain/status.js';
import type { StepDocument, WorkflowDocument, WorkflowSummaryDocument } from './documents.js';
import { fields, oneLine } from './output.js';
import type { Paint, Style } from './shell.js';
import { duration } from './times.js';

/** How a run ended, where its result is, and how to look at it. */
export function summary(workflow: WorkflowDocument, steps: readonly StepDocument[], config: Config, paint: Paint): string {
  const { id, name, status, integration, reason } = workflow;
  const facts = fields([
    ['  steps', countsOf(workflow)],
    ['  reason', reason],
    ['  result', `${integration.branch} at ${integration.head.slice(0, 12)}`],
    ['  look at it', lookCommand(workflow, config)],
    ['  again', `perennial show ${id}`],
  ]);
  const title = `${paint(styleOf(status), status)}: ${oneLine(name)} (${id})${elapsed(workflow)}`;
  return `${[title, facts, ...steps.flatMap(troubleOf)].join('\n')}\n`;
}

/** `9 completed, 1 failed`: what is none is left out. */
export function countsOf({ counts }: WorkflowSummaryDocument): string {
  return STEP_STATUSES.filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${status}`)
    .join(', ');
}

export function styleOf(status: string): Style {
  if (status === 'completed') return 'green';
  if (status === 'failed' || status === 'cancelled') return 'red';
  return status === 'pending' || status === 'skipped' ? 'dim' : 'yellow';
}

export function lookCommand({ projectId, integration }: WorkflowDocument, { reposDir }: Pick<Config, 'reposDir'>): string {
  return `git --git-dir ${shellWord(join(reposDir, `${projectId}.git`))} log ${integration.branch}`;
}

/** What a person can do about a waiting step. */
export function wayOut(id: string): string {
  return `in this version only \`perennial cancel ${id}\` moves a waiting step: it ends the run; what does not need the step goes on meanwhile`;
}

function elapsed({ createdAt, startedAt, endedAt }: WorkflowDocument): string {
  return endedAt ? ` in ${duration(Date.parse(endedAt) - Date.parse(startedAt ?? createdAt))}` : '';
}

/** What went wrong at a step, in one line; nothing for one that went well in the end. */
export function troubleOf({ taskId, status, error }: StepDocument): string[] {
  return status === 'completed' || !error ? [] : [`  ${taskId} ${status}: ${oneLine(error.message)}`];
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
