import { Command, CommanderError } from 'commander';
import { readConfig } from '../config.js';
import { VERSION } from '../version.js';
import { createClient } from './client.js';
import { EXIT, type ExitCode, exitCodeOf, explain } from './failures.js';
import { addLogVerb } from './log-verb.js';
import { addProjectVerbs } from './project-verbs.js';
import { addRunVerbs } from './run-verbs.js';
import { createShell, isPipeClosed, type Shell } from './shell.js';
import { addStudioVerbs } from './studio-verbs.js';
import { type Act, example, type VerbContext } from './verb.js';
import { addWorkflowVerbs } from './workflow-verbs.js';

/** The `perennial` command: words after its name in, exit code out. Everything was written when it resolves. */
export async function main(argv: readonly string[]): Promise<number> {
  const shell = createShell(process.stdout, process.stderr);
  try {
    return await run(argv, shell);
  } catch (error) {
    return exitOf(error, shell);
  }
}

async function run(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  const printing: Promise<void>[] = [];
  let code: ExitCode = EXIT.done;
  const act: Act =
    (verb) =>
    async (...args) => {
      code = (await verb(contextOf(shell), ...args)) ?? EXIT.done;
    };
  try {
    await createProgram(act, shell, (text) => printing.push(shell.print(text))).parseAsync(argv, { from: 'user' });
  } finally {
    await Promise.all(printing);
  }
  return code;
}

function contextOf(shell: Shell): VerbContext {
  const config = readConfig();
  return { shell, config, studio: createClient(config) };
}

const EXIT_CODES = `
Exit codes:
  0  done
  1  the run ended failed or cancelled
  2  wrong usage
  3  the studio is not reachable
  4  refused by the studio`;

function createProgram(act: Act, shell: Shell, print: (text: string) => void): Command {
  const program = new Command('perennial')
    .description('A durable studio for AI coding agents: a plan becomes committed, merged work, and goes on after any crash.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: (text) => shell.say(text.trimEnd()) })
    .showHelpAfterError('(add --help for how it is used)')
    .addHelpText('after', example('perennial project add . --name shop', 'perennial run plan.yaml --project shop'))
    .addHelpText('after', EXIT_CODES);
  for (const addVerbs of [addStudioVerbs, addProjectVerbs, addRunVerbs, addWorkflowVerbs, addLogVerb]) addVerbs(program, act);
  return program;
}

/** Words of commander's own were written by it. A reader who has seen enough of the results is no failure. */
function exitOf(error: unknown, shell: Shell): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  if (isPipeClosed(error)) return shell.unheard.aborted ? EXIT.pipeClosed : EXIT.done;
  for (const line of explain(error)) shell.say(line);
  return exitCodeOf(error);
}
