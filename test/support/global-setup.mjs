import './typescript.mjs';

/** One PostgreSQL and one Temporal server for the whole run; their addresses are in the environment of every test. */
export default async function setUp() {
  const { startTestRun } = await import('./test-run.ts');
  globalThis.perennialTestRun = await startTestRun();
}
