import type { ProcessRef } from '../../ports/agent-run-repository.js';
import { awaitGone, endProcesses, signalProcess } from '../process/end-processes.js';
import { childrenOf, listStats, type ProcessStat, readStat } from '../process/proc-stat.js';
import { ProcessSearch } from '../process/process-search.js';
import { descendantsOf } from '../process/process-tree.js';
import type { CommandProcesses } from './cage.js';

/** Processes in a namespace of their own, whose first process is the child of `monitor`: with it, the kernel ends all of them. First
 * processes do not hear SIGTERM. */
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
  const search = new ProcessSearch((live) => chooseLoose(live, leader, isOurs), Number(leader.startTime));
  const find = () => search.find();
  return {
    terminate: () => signalAll(find(), 'SIGTERM'),
    end: async () => {
      await endProcesses(find, () => search.isProof());
    },
  };
}

function chooseLoose(live: readonly ProcessStat[], leader: ProcessRef, isOurs: (pid: number) => boolean): ProcessStat[] {
  const known = live.filter((stat) => stat.group === leader.pid || stat.session === leader.pid || isOurs(stat.pid));
  const roots = known.map((stat) => stat.pid);
  return [...known, ...descendantsOf(roots, live)];
}

function signalAll(processes: readonly ProcessRef[], signal: NodeJS.Signals): void {
  for (const process of processes) signalProcess(process, signal);
}
