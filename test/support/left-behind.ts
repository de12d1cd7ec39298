import { readdirSync, readFileSync } from 'node:fs';
import { endProcesses } from '../../src/adapters/process/end-processes.js';
import { listPids, readEnvironment, readStat } from '../../src/adapters/process/proc-stat.js';
import type { ProcessRef } from '../../src/ports/agent-run-repository.js';
import { waitUntil } from '../../src/supervisor/bounded-wait.js';

/** Processes that are ending, jest's own workers among them, get so long. */
const ENDING_MS = 5_000;

/** Throws when a process with the mark of the run lives (and kills it), or a temporary file is there. */
export async function assertNothingLeft(mark: string, temporaryFiles: string): Promise<void> {
  await waitUntil(() => processesOf(mark).length === 0, { forMs: ENDING_MS, everyMs: 50 });
  const processes = processesOf(mark).map(describe);
  await endProcesses(() => processesOf(mark));
  const files = readdirSync(temporaryFiles);
  const left = [...processes, ...files.map((file) => `temporary file ${file}`)];
  if (left.length > 0) throw new Error(`The tests left behind (processes were killed now):\n  ${left.join('\n  ')}`);
}

function processesOf(mark: string): ProcessRef[] {
  const entry = `PERENNIAL_TEST_RUN=${mark}`;
  return listPids()
    .filter((pid) => pid !== process.pid && readEnvironment(pid).includes(entry))
    .flatMap((pid) => {
      const stat = readStat(pid);
      return stat && !stat.isZombie ? [stat] : [];
    });
}

function describe({ pid }: ProcessRef): string {
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  return `process ${pid}: ${commandLine.slice(0, 200)}`;
}
