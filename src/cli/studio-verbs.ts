import type { Command } from 'commander';
import type { ExitCode } from './failures.js';
import { json } from './output.js';
import { readToken } from './studio-address.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext } from './verb.js';

export function addStudioVerbs(program: Command, act: Act): void {
  program
    .command('up')
    .description('start the studio, all its parts, and keep it up until Ctrl-C; same as `npm start`')
    .addHelpText('after', example('perennial up'))
    .action(act(up));
  program
    .command('token')
    .description('print the secret that opens the API and the browser page')
    .option(...JSON_OPTION)
    .addHelpText('after', example('curl -H "Authorization: Bearer $(perennial token)" http://127.0.0.1:7700/api/system'))
    .action(act(token));
}

/** Loaded only here: no other verb needs the parts. */
async function up(): Promise<ExitCode> {
  const supervisor = await import('../supervisor/main.js');
  return (await supervisor.main()) as ExitCode;
}

async function token({ shell, config }: VerbContext, { json: asJson }: JsonOption): Promise<undefined> {
  const secret = await readToken(config);
  await shell.print(asJson ? json({ token: secret }) : `${secret}\n`);
}
