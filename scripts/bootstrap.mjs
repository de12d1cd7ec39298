import { join } from 'node:path';
import { oneAtATime } from './bootstrap-lock.mjs';
import { ROOT } from './checkout.mjs';
import { assertMachineFits } from './machine.mjs';
import { ensurePackages } from './packages.mjs';
import { CommandFailed, runCommand, say } from './run-command.mjs';
import { hashOf, onlyWhenNeeded } from './stamp.mjs';

const SOURCES = ['src', 'workflows', 'activities', 'temporal-config', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Makes the checkout ready to run: packages, Prisma client, compiled sources, workflow bundle; each only when what it is made from has changed. */
export async function bootstrap() {
  await assertMachineFits();
  await oneAtATime(ROOT, say, async () => {
    await ensurePackages();
    await generatePrismaClient();
    await compile();
    await bundleWorkflows();
  });
}

/** For a script: ends the process with a message instead of a stack trace when a command failed or the machine lacks something. */
export async function bootstrapOrExit() {
  try {
    await bootstrap();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    say(error.message);
    process.exit(1);
  }
}

/** The engine that Prisma would download is not needed to generate; /bin/true stands in for it, for this command alone. */
async function generatePrismaClient() {
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  const hash = hashOf(['prisma/schema.prisma', 'package-lock.json']);
  await onlyWhenNeeded('prisma-client', hash, 'src/adapters/prisma/generated/client.ts', () =>
    node('prisma/build/index.js', ['generate', '--schema', 'prisma/schema.prisma'], { env, says: 'Generating the Prisma client' }),
  );
}

async function compile() {
  await onlyWhenNeeded('dist', hashOf(SOURCES), 'dist/src/app.js', () =>
    node('typescript/bin/tsc', ['-p', 'tsconfig.build.json'], { says: 'Compiling the sources' }),
  );
}

/** In a process of its own: the bundler needs memory that the supervisor, which may run in ours, would keep. */
async function bundleWorkflows() {
  const hash = hashOf(['dist/workflows', 'dist/src/domain', 'package-lock.json', 'scripts/bundle-workflows.mjs']);
  await onlyWhenNeeded('workflow-bundle', hash, 'dist/workflow-bundle.js', () =>
    runCommand(process.execPath, ['scripts/bundle-workflows.mjs'], { says: 'Bundling the workflows' }),
  );
}

/** Runs a package's program. */
async function node(program, args, options) {
  await runCommand(process.execPath, [join(ROOT, 'node_modules', program), ...args], options);
}
