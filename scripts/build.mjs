import { bootstrapOrExit } from './bootstrap.mjs';

await bootstrapOrExit();
