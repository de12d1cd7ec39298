import { bootstrapOrExit } from './bootstrap.mjs';

await bootstrapOrExit();
// In this process, so that there is one to send signals to. Only now: before, there may have been nothing to import.
const { main } = await import('../dist/src/supervisor/main.js');
process.exit(await main());
