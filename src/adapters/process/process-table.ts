import { bug } from '../../domain/errors.js';
import type { ProcessRef } from '../../ports/agent-run-repository.js';
import type { ProcessTable } from '../../ports/sandbox.js';
import { awaitGone, endProcesses, isRunning, signalProcess } from './end-processes.js';
import { markedProcesses } from './marked-processes.js';
import { readStat } from './proc-stat.js';
import { ProcessSearch } from './process-search.js';

/** Processes as /proc shows them. Processes of other users cannot be looked into and count as unmarked. */
export function createProcessTable(): ProcessTable {
  return {
    isAlive: async (process) => isRunning(process),
    self: async () => refOf(process.pid) ?? cannotSeeItself(),
    kill: async (process) => {
      signalProcess(process, 'SIGKILL');
      await awaitGone(process);
    },
    killMarked: (mark) => endMarked(mark),
  };
}

function endMarked(mark: string): Promise<number> {
  const search = new ProcessSearch((live) => markedProcesses(mark, live));
  return endProcesses(
    () => search.find(),
    () => search.isProof(),
  );
}

/** Undefined when it is gone, or a zombie. */
function refOf(pid: number): ProcessRef | undefined {
  const stat = readStat(pid);
  return stat && !stat.isZombie ? { pid, startTime: stat.startTime } : undefined;
}

function cannotSeeItself(): never {
  throw bug('/proc does not show this process; expected a mounted /proc');
}
