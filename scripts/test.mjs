import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapOrExit } from './bootstrap.mjs';
import { ROOT } from './checkout.mjs';

/** Jest as a child, so that the closing line can tell what its tear-down found too. Arguments are jest's. */
await bootstrapOrExit();
const { summaryLine } = await import('../test/support/reporter.mjs');
const folder = mkdtempSync(join(tmpdir(), 'perennial-summary-'));
const file = join(folder, 'summary.json');
const code = await jest(process.argv.slice(2), { ...process.env, PERENNIAL_TEST_SUMMARY: file });
const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
rmSync(folder, { recursive: true });
// A run that failed without a failed test: the set-up, or something that was left behind.
if (code !== 0 && counts.failed === 0) counts.failed = 1;
process.stdout.write(`${summaryLine(counts)}\n`);
process.exit(code === 0 ? 0 : 1);

/** Flags of node, not NODE_OPTIONS: jest hands them to its workers, and programs that tests start do not inherit them. */
function jest(args, env) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, join(ROOT, 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  // Ctrl-C reaches jest too, which then ends its servers; we wait for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('close', (exitCode) => resolve(exitCode ?? 1)));
}
