import { writeFileSync } from 'node:fs';

/** The line `N passed, N failed` (`, N skipped`): at the end of the run, or into the file PERENNIAL_TEST_SUMMARY for who prints it after the tear-down. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = { passed: results.numPassedTests, failed, skipped };
    const { PERENNIAL_TEST_SUMMARY: file } = process.env;
    if (file) writeFileSync(file, JSON.stringify(counts));
    else process.stdout.write(`${summaryLine(counts)}\n`);
  }
}

export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
