import type { ProcessRef } from '../../ports/agent-run-repository.js';
import { awaitGone, endProcesses, signalProcess } from '../process/end-processes.js';
import { facelessProcesses } from '../process/marked-processes.js';
import { childrenOf, listStats, type ProcessStat, readStat } from '../process/proc-stat.js';
import { descendantsOf } from '../process/process-tree.js';
import type { CommandProcesses } from './cage.js';

/** Processes in a namespace of their own, whose first process is the child of `monitor`: with it, the kernel ends all of them. */
export function namespaceProcesses(monitor: ProcessRef): CommandProcesses {
  const [initPid] = childrenOf(monitor.pid);
  const init = initPid === undefined ? undefined : readStat(initPid);
  return {
    terminate: () => signalAll(init ? descendantsOf([init.pid], listStats()) : [], 'SIGTERM'),
    end: async () => {
      signalAll(init ? [monitor, init] : [monitor], 'SIGKILL');
      if (init) await awaitGone(init);
    },
  };
}

/**
 * Processes that nothing holds: those of the leader's group or session, those that `isOurs` knows by their environment, and all below them.
 * One that left all of these escapes. Only what began after the leader is looked at: nothing else can be its.
 */
export function looseProcesses(leader: ProcessRef, isOurs: (pid: number) => boolean): CommandProcesses {
  const find = () => findLoose(leader, isOurs);
  return {
    terminate: () => signalAll(find(), 'SIGTERM'),
    end: async () => {
      await endProcesses(find, () => facelessProcesses(Number(leader.startTime)));
    },
  };
}

function findLoose(leader: ProcessRef, isOurs: (pid: number) => boolean): ProcessStat[] {
  const all = listStats().filter((stat) => stat.pid !== process.pid && Number(stat.startTime) >= Number(leader.startTime));
  const known = all.filter((stat) => stat.group === leader.pid || stat.session === leader.pid || isOurs(stat.pid));
  const below = descendantsOf(
    known.map((stat) => stat.pid),
    all,
  );
  return [...known, ...below];
}

function signalAll(processes: readonly ProcessRef[], signal: NodeJS.Signals): void {
  for (const process of processes) signalProcess(process, signal);
}
