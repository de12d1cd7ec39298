import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { DYNAMIC_CONFIG } from '../../../temporal-config/dynamic-config.js';
import type { PartPlan } from '../part-plan.js';
import { LOOPBACK } from '../ports.js';
import { plainEnvironment, type ServerPlace } from '../server-place.js';
import type { Cli } from './cli.js';

/** Temporal's dev server, with its state in one SQLite file of the home. */
export function temporalServer({ home, port, environment }: ServerPlace, uiPort: number, cli: Cli): PartPlan {
  const folder = join(home, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const address = `${LOOPBACK}:${port}`;
  return {
    name: 'temporal',
    title: `Temporal ${cli.version}`,
    command: cli.path,
    args: ['server', 'start-dev', ...serverFlags(join(folder, 'temporal.db'), port, uiPort)],
    env: () => ({ ...plainEnvironment(environment), TEMPORAL_VERSION_CHECK_DISABLED: 'true' }),
    cwd: folder,
    probe: async () => ((await answersCalls(address)) ? address : undefined),
    stop: { signal: 'SIGTERM', waitMs: 10_000 },
  };
}

function serverFlags(file: string, port: number, uiPort: number): string[] {
  const flags = {
    'db-filename': file,
    ip: LOOPBACK,
    port: `${port}`,
    'ui-ip': LOOPBACK,
    'ui-port': `${uiPort}`,
    'log-level': 'warn',
    color: 'never',
  };
  // WAL writes once what a rollback journal writes twice; FULL: what was acknowledged outlives a power cut (NORMAL may lose the last commits).
  const pragmas = ['journal_mode=WAL', 'synchronous=FULL'];
  return [
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${JSON.stringify(value)}`]),
    // The person's own Temporal settings are about other servers; and no page of ours fetches news from outside.
    '--disable-config-file',
    '--disable-config-env',
    '--ui-disable-news-fetch',
  ];
}

/** True once the frontend answers a real call. */
async function answersCalls(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    // Not yet: who asks goes on asking, for a bounded time.
    return false;
  }
}
