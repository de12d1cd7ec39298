/** Ends the servers, and fails the run when a test left something behind. */
export default async function tearDown() {
  await globalThis.perennialTestRun?.end();
}
