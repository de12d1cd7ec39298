#!/usr/bin/env node
import { bootstrapOrExit } from '../scripts/bootstrap.mjs';

await bootstrapOrExit();
const { main } = await import('../dist/src/cli/main.js');
process.exit(await main(process.argv.slice(2)));
