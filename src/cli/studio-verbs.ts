import type { Command } from 'commander';
import { json } from './output.js';
import { readToken } from './studio-address.js';
import { type Act, example, JSON_OPTION, type JsonOption, type VerbContext } from './verb.js';

export function addStudioVerbs(program: Command, act: Act): void {
  program
    .command('token')
    .description('print the secret that opens the API and the browser page')
    .option(...JSON_OPTION)
    .addHelpText('after', example('curl -H "Authorization: Bearer $(perennial token)" http://127.0.0.1:7700/api/system'))
    .action(act(token));
}

async function token({ shell, config }: VerbContext, { json: asJson }: JsonOption): Promise<undefined> {
  const secret = await readToken(config);
  await shell.print(asJson ? json({ token: secret }) : `${secret}\n`);
}
