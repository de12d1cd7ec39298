import { isRunning, signalProcess } from '../adapters/process/end-processes.js';
import type { ProcessRef } from '../ports/agent-run-repository.js';
import { waitUntil } from './bounded-wait.js';
import { pidFileOf } from './home-layout.js';
import { signalGroup } from './part-life.js';
import type { PartName } from './part-plan.js';
import { livingOwner, removePidFile } from './pid-file.js';

/** Who needs another goes first; each with its polite signal and how long it may take. */
const ORDER: readonly { readonly name: PartName | 'worker-spare'; readonly signal: NodeJS.Signals; readonly waitMs: number }[] = [
  { name: 'worker-spare', signal: 'SIGKILL', waitMs: 5_000 },
  { name: 'worker', signal: 'SIGTERM', waitMs: 20_000 },
  { name: 'app', signal: 'SIGTERM', waitMs: 5_000 },
  { name: 'temporal', signal: 'SIGTERM', waitMs: 10_000 },
  { name: 'postgres', signal: 'SIGINT', waitMs: 10_000 },
];

/**
 * Ends the parts that a supervisor left when it was killed, by pid file and start time. The caller holds the home's lock, so what still lives
 * has no supervisor.
 */
export async function endLeftovers(home: string, say: (line: string) => void): Promise<void> {
  for (const { name, signal, waitMs } of ORDER) {
    const pidFile = pidFileOf(home, name);
    const left = livingOwner(pidFile);
    if (left) {
      say(`Ending the ${name} that a killed \`npm start\` left (pid ${left.pid})`);
      await endProcess(left, signal, waitMs);
    }
    removePidFile(pidFile);
  }
}

async function endProcess(left: ProcessRef, signal: NodeJS.Signals, waitMs: number): Promise<void> {
  signalProcess(left, signal);
  if (await waitUntil(() => !isRunning(left), { forMs: waitMs })) return;
  if (isRunning(left)) signalGroup(left.pid, 'SIGKILL');
  await waitUntil(() => !isRunning(left), { forMs: 5_000 });
}
