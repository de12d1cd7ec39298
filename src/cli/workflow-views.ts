import type { Config } from '../config.js';
import type { StepDocument, WorkflowDocument, WorkflowSummaryDocument } from './documents.js';
import { fields, oneLine, table } from './output.js';
import type { Shell } from './shell.js';
import { countsOf, lookCommand, styleOf, troubleOf, wayOut } from './summary.js';
import { ago, duration } from './times.js';

/** Workflows, a line each. */
export function workflowTable(workflows: readonly WorkflowSummaryDocument[], shell: Shell): string {
  return table(
    workflows,
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'STATUS', cell: statusOf },
      { title: 'DONE', cell: progressOf },
      { title: 'CREATED', cell: ({ createdAt }) => when(createdAt, shell) },
      { title: 'NAME', cell: ({ name }) => name, isFlexible: true },
    ],
    shell.width,
  );
}

/** One workflow with its steps, in the order of the plan. */
export function workflowDetails(workflow: WorkflowDocument, steps: readonly StepDocument[], shell: Shell, config: Config): string {
  const title = `${shell.paint('bold', oneLine(workflow.name))} (${workflow.id}) ${shell.paint(styleOf(workflow.status), workflow.status)}`;
  const facts = fields([
    ['project', workflow.projectId],
    ['reason', workflow.reason],
    ['steps', countsOf(workflow)],
    ['waits for', workflow.waitingFor.join(', ')],
    ['created', when(workflow.createdAt, shell)],
    ['started', workflow.startedAt && when(workflow.startedAt, shell)],
    ['ended', workflow.endedAt && when(workflow.endedAt, shell)],
    ['base', workflow.base.slice(0, 12)],
    ['result', `${workflow.integration.branch} at ${workflow.integration.head.slice(0, 12)}`],
    ['look at it', lookCommand(workflow, config)],
  ]);
  const trouble = steps.flatMap(troubleOf);
  const hint = workflow.waitingFor.length > 0 ? [wayOut(workflow.id)] : [];
  return [title, facts, '', stepTable(steps, shell), ...(trouble.length > 0 ? ['', ...trouble, ...hint] : hint)].join('\n');
}

function stepTable(steps: readonly StepDocument[], shell: Shell): string {
  return table(
    steps,
    [
      { title: 'TASK', cell: ({ taskId }) => taskId },
      { title: 'STATUS', cell: ({ status }) => status },
      { title: 'TRY', cell: ({ attempt }) => (attempt === 0 ? '' : String(attempt)) },
      { title: 'TOOK', cell: (step) => took(step, shell) },
      { title: 'COMMIT', cell: ({ commit }) => commit?.slice(0, 7) ?? '' },
      { title: 'ABOUT', cell: about, isFlexible: true },
    ],
    shell.width,
  );
}

function statusOf({ status, waitingFor }: WorkflowSummaryDocument): string {
  return waitingFor.length === 0 ? status : `${status}, waits`;
}

function progressOf({ counts }: WorkflowSummaryDocument): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${counts.completed}/${all}`;
}

/** For people how long ago; for programs the time itself. */
function when(at: string, { isTerminal, now }: Shell): string {
  return isTerminal ? ago(at, now()) : at;
}

function took({ startedAt, endedAt, status }: StepDocument, { now }: Shell): string {
  if (!startedAt) return '';
  if (endedAt) return duration(Date.parse(endedAt) - Date.parse(startedAt));
  return status === 'running' ? duration(now() - Date.parse(startedAt)) : '';
}

function about({ taskId, title, waitingFor }: StepDocument): string {
  if (waitingFor) return `waits: ${waitingFor}`;
  return title === taskId ? '' : title;
}
