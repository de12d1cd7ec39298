import { parseArgs } from 'node:util';
import { say } from './run-command.mjs';

/** The kill campaigns: so many rounds of a random graph under random deaths, judged by the auditor. Each prints its seed; PERENNIAL_SEED replays one. */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, help: { type: 'boolean', default: false } } });

if (values.help || !/^[1-9]\d{0,4}$/.test(values.rounds)) {
  say(`usage: npm run test:kill -- --rounds N     (N from 1 to 99999, default 20${values.help ? '' : `; got "${values.rounds}"`})`);
  process.exit(values.help ? 0 : 2);
}
process.env.PERENNIAL_KILL_ROUNDS = values.rounds;
process.argv.splice(2, process.argv.length, 'test/e2e/campaign');
await import('./test.mjs');
