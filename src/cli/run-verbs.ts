import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT, type ExitCode, wrongUsage } from './failures.js';
import { interruptible, isInterrupted } from './interrupt.js';
import { json } from './output.js';
import { patiently } from './patience.js';
import { findProject, findWorkflowId } from './resolve.js';
import { summary } from './summary.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext } from './verb.js';
import { sayingSo, watchWorkflow } from './watch.js';
import { WORKFLOW_ARGUMENT } from './workflow-verbs.js';

export function addRunVerbs(program: Command, act: Act): void {
  program
    .command('run')
    .description('run a plan and watch it to its end; exits with 0 when it completed, with 1 when it failed or was cancelled')
    .argument('<plan>', 'plan file, YAML or JSON')
    .requiredOption('--project <project>', 'name or id of the project to work on')
    .option('--detach', 'do not watch: print the id of the workflow and exit')
    .option('--key <key>', 'a name for this very run: called again with it, the same workflow is watched instead of another started')
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial run tidy-up.yaml --project shop'))
    .action(act(run));
  program
    .command('watch')
    .description('see a workflow from its beginning, until it has ended; exits as `run` does')
    .argument(...WORKFLOW_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial watch k3j4'))
    .action(act(watch));
}

interface RunOptions extends JsonOption {
  readonly project: string;
  readonly detach?: true;
  readonly key?: string;
}

async function run(context: VerbContext, file: string, options: RunOptions): Promise<ExitCode | undefined> {
  const { studio, shell } = context;
  const planText = await readPlan(file);
  const project = await findProject(studio, options.project);
  return interruptible(shell, async (signal) => {
    const accepted = await submit(context, { projectId: project.id, planText, key: options.key ?? randomUUID() }, signal);
    if (accepted === undefined) return EXIT.interrupted;
    if (options.detach) return void (await shell.print(options.json ? json(accepted) : `${accepted.id}\n`));
    shell.say(`workflow ${accepted.id} on ${project.name}`);
    return watchToEnd(context, accepted.id, options, signal);
  });
}

async function watch(context: VerbContext, given: string, options: JsonOption): Promise<ExitCode | undefined> {
  const id = await findWorkflowId(context.studio, given);
  return interruptible(context.shell, (signal) => watchToEnd(context, id, options, signal));
}

async function readPlan(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw wrongUsage(`the plan file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Submission {
  readonly projectId: string;
  readonly planText: string;
  readonly key: string;
}

const SUBMIT_FOR_MS = 60_000;

/** With one key for all tries, so that a plan which was taken in without our hearing of it is not taken in again. Undefined when interrupted. */
async function submit({ studio, shell }: VerbContext, { projectId, planText, key }: Submission, signal: AbortSignal) {
  try {
    return await patiently(() => studio.accept(projectId, planText, key, signal), {
      signal,
      forMs: SUBMIT_FOR_MS,
      away: ({ message }) => shell.say(shell.paintProgress('yellow', `trying again for up to ${SUBMIT_FOR_MS / 1_000} s: ${message}`)),
      back: () => shell.say('the studio is back'),
    });
  } catch (error) {
    if (!isInterrupted(error)) throw error;
    shell.say(`interrupted before the studio answered; it may have the plan: \`perennial list\` shows, or run again with --key ${key}`);
    return undefined;
  }
}

async function watchToEnd(context: VerbContext, id: string, { json: asJson }: JsonOption, signal: AbortSignal): Promise<ExitCode> {
  const { studio, shell, config } = context;
  try {
    const workflow = await watchWorkflow(studio, shell, id, signal);
    const steps = await patiently(() => studio.steps(id, signal), sayingSo(shell, signal));
    await shell.print(asJson ? json(workflow) : summary(workflow, steps, config, shell.paint));
    return workflow.status === 'completed' ? EXIT.done : EXIT.runFailed;
  } catch (error) {
    if (!isInterrupted(error)) throw error;
    shell.say(`the run goes on; \`perennial watch ${id}\` shows it, \`perennial cancel ${id}\` ends it`);
    return EXIT.interrupted;
  }
}
