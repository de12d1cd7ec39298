import { type Command, Option } from 'commander';
import { WORKFLOW_STATUSES } from '../domain/status.js';
import { json } from './output.js';
import { findProject, findWorkflowId } from './resolve.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext, wholeNumber } from './verb.js';
import { workflowDetails, workflowTable } from './workflow-views.js';

export const WORKFLOW_ARGUMENT = ['<workflow>', 'id of the workflow, or the beginning of one'] as const;

export function addWorkflowVerbs(program: Command, act: Act): void {
  program
    .command('list')
    .description('workflows, newest first')
    .option('--project <project>', 'only those of one project')
    .addOption(new Option('--status <status>', 'only those in one status').choices(WORKFLOW_STATUSES))
    .option('--limit <count>', 'at most so many', wholeNumber(1, 500), 20)
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial list --status running'))
    .action(act(list));
  program
    .command('show')
    .description('one workflow with its steps')
    .argument(...WORKFLOW_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial show k3j4'))
    .action(act(show));
  program
    .command('cancel')
    .description('end a run: what never began is skipped, what runs or waits is cancelled; the branches stay')
    .argument(...WORKFLOW_ARGUMENT)
    .option('--reason <reason>', 'why, for those who look later')
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial cancel k3j4 --reason "wrong plan"'))
    .action(act(cancel));
}

interface ListOptions extends JsonOption {
  readonly project?: string;
  readonly status?: string;
  readonly limit: number;
}

async function list({ studio, shell }: VerbContext, { project, status, limit, json: asJson }: ListOptions): Promise<undefined> {
  const projectId = project === undefined ? undefined : (await findProject(studio, project)).id;
  const page = await studio.workflows({ projectId, status, limit });
  if (page.items.length === 0) shell.say('no workflows; `perennial run <plan.yaml> --project <project>` starts one');
  if (page.nextCursor !== undefined) shell.say(`the newest ${limit}; --limit shows more`);
  if (asJson) return void (await shell.print(json(page)));
  if (page.items.length > 0) await shell.print(`${workflowTable(page.items, shell)}\n`);
}

async function show({ studio, shell, config }: VerbContext, given: string, { json: asJson }: JsonOption): Promise<undefined> {
  const id = await findWorkflowId(studio, given);
  const [workflow, steps] = await Promise.all([studio.workflow(id), studio.steps(id)]);
  await shell.print(asJson ? json({ ...workflow, steps }) : `${workflowDetails(workflow, steps, shell, config)}\n`);
}

interface CancelOptions extends JsonOption {
  readonly reason?: string;
}

async function cancel({ studio, shell }: VerbContext, given: string, { reason, json: asJson }: CancelOptions): Promise<undefined> {
  const id = await findWorkflowId(studio, given);
  await studio.cancel(id, reason);
  const workflow = await studio.workflow(id);
  const told =
    workflow.status === 'cancelled' ? `${id} is cancelled` : `${id} was told to stop; \`perennial watch ${id}\` shows how it ends`;
  await shell.print(asJson ? json(workflow) : `${told}\n`);
}
