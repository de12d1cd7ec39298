import '../../support/typescript.mjs';

/** The command as people call it, from the sources. */
const { main } = await import('../../../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
