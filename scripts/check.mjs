import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapOrExit } from './bootstrap.mjs';
import { ROOT } from './checkout.mjs';
import { outcomeOf } from './run-command.mjs';

const ALL = JSON.stringify({ global: { statements: 100, branches: 100, functions: 100, lines: 100 } });
const COVERAGE = [
  '--coverage',
  '--coverageProvider=v8',
  '--coverageReporters=text',
  '--collectCoverageFrom=src/domain/**/*.ts',
  `--coverageThreshold=${ALL}`,
];

/** Everything about the sources that can be said without running them: one line a check, and what it found when it failed. */
const CHECKS = {
  'types of everything': program('typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'),
  // With `"types": []`, so that one of Node's globals there does not compile.
  'types of the domain, without Node': program('typescript/bin/tsc', '-p', 'src/domain/tsconfig.json'),
  'types of the workflows, without Node': program('typescript/bin/tsc', '-p', 'workflows/tsconfig.json'),
  'lint and format': program('@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'),
  'layers of the sources': jest('test/layers'),
  'every branch of the domain is tested': jest('test/domain', ...COVERAGE),
  'unused exports, files and packages': program('knip/bin/knip.js', '--no-config-hints'),
  'workflow bundle': ours('scripts/bundle-workflows.mjs'),
  'migrations hold the schema': ours('scripts/migration.mjs', '--check'),
  'one version everywhere': versions,
};

await bootstrapOrExit();
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const { code, output } = await check();
  process.stdout.write(code === 0 ? `ok      ${name}\n` : `FAILED  ${name}\n${output.trimEnd()}\n`);
  if (code !== 0) failed += 1;
}
process.stdout.write(`${Object.keys(CHECKS).length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

function ours(script, ...args) {
  return () => outcomeOf(process.execPath, [join(ROOT, script), ...args]);
}

function program(path, ...args) {
  return ours(join('node_modules', path), ...args);
}

/** A test that needs no server. */
function jest(...args) {
  const env = { ...process.env, PERENNIAL_TEST_SERVERS: 'off' };
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return () => outcomeOf(process.execPath, [...flags, join(ROOT, 'node_modules/jest/bin/jest.js'), ...args], env);
}

/** The lock file carries the version too, and `VERSION` is what the studio says of itself. */
async function versions() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).version;
  const { VERSION } = await import('../dist/src/version.js');
  const isSame = version === locked && version === VERSION;
  return { code: isSame ? 0 : 1, output: `package.json ${version}, package-lock.json ${locked}, src/version.ts ${VERSION}` };
}
