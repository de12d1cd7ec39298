import type { Command } from 'commander';
import type { StepDocument } from './documents.js';
import { EXIT, type ExitCode } from './failures.js';
import { interruptible, isInterrupted } from './interrupt.js';
import { printAsItComes } from './log-following.js';
import { lastLines } from './log-text.js';
import { json } from './output.js';
import { findStep, findWorkflowId } from './resolve.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext, wholeNumber } from './verb.js';
import { WORKFLOW_ARGUMENT } from './workflow-verbs.js';

export function addLogVerb(program: Command, act: Act): void {
  program
    .command('log')
    .description('what the commands of a task printed')
    .argument(...WORKFLOW_ARGUMENT)
    .argument('<task>', 'id of the task, or the beginning of one')
    .option('--follow', 'go on printing what comes, also of later attempts, until the step is settled')
    .option('--attempt <number>', 'of this attempt (default: the last one begun)', wholeNumber(1, 1_000_000))
    .option('--tail <lines>', 'begin with the last so many lines', wholeNumber(1, 1_000_000))
    .option(...JSON_OPTION)
    .addHelpText('after', example('perennial log k3j4 format --follow'))
    .action(act(log));
}

interface LogOptions extends JsonOption {
  readonly follow?: true;
  readonly attempt?: number;
  readonly tail?: number;
}

interface LogOf {
  readonly workflowId: string;
  readonly taskId: string;
}

async function log(context: VerbContext, workflow: string, task: string, options: LogOptions): Promise<ExitCode | undefined> {
  const workflowId = await findWorkflowId(context.studio, workflow);
  const step = await findStep(context.studio, workflowId, task);
  const of = { workflowId, taskId: step.taskId };
  if (options.json) return printAsJson(context, of, step, options);
  if (options.follow) return follow(context, of, step, options);
  await context.shell.print(await read(context, of, options.attempt ?? step.attempt, options.tail));
}

async function printAsJson(context: VerbContext, of: LogOf, step: StepDocument, options: LogOptions): Promise<ExitCode | undefined> {
  const silent = { ...context, shell: { ...context.shell, print: async () => undefined } };
  const code = options.follow ? await follow(silent, of, step, options) : undefined;
  const attempt = options.attempt ?? (options.follow ? await context.studio.step(of.workflowId, of.taskId) : step).attempt;
  const text = (await read(context, of, attempt, options.tail)).toString('utf8');
  await context.shell.print(json({ ...of, attempt, text }));
  return code;
}

async function read({ studio }: VerbContext, { workflowId, taskId }: LogOf, attempt: number, tail?: number): Promise<Buffer> {
  const output = await studio.log(workflowId, taskId, attempt);
  return tail === undefined ? output : lastLines(output, tail);
}

async function follow(context: VerbContext, of: LogOf, step: StepDocument, options: LogOptions): Promise<ExitCode | undefined> {
  const from = { ...of, attempt: options.attempt ?? step.attempt, isLastWanted: options.attempt !== undefined, tail: options.tail };
  try {
    await interruptible(context.shell, (signal) => printAsItComes(context.studio, context.shell, from, signal));
    return undefined;
  } catch (error) {
    if (isInterrupted(error)) return EXIT.interrupted;
    throw error;
  }
}
