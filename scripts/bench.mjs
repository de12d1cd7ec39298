import { join } from 'node:path';
import { bootstrapOrExit } from './bootstrap.mjs';
import { ROOT } from './checkout.mjs';
import { runCommand } from './run-command.mjs';
import { hashOf, onlyWhenNeeded } from './stamp.mjs';

await bootstrapOrExit();
await onlyWhenNeeded('bench', hashOf(['bench', 'tsconfig.json', 'package-lock.json']), 'dist/bench/main.js', () =>
  runCommand(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'bench/tsconfig.json'], {
    says: 'Compiling the benchmarks',
  }),
);
const { main } = await import('../dist/bench/main.js');
process.exit(await main(process.argv.slice(2)));
