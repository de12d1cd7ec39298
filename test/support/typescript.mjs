import { register } from 'node:module';

/** `node --import ./test/support/typescript.mjs x.ts` runs the sources as they are; for processes that tests start, and for jest's own set-up. */
register('./typescript-hooks.mjs', import.meta.url);
