import type { ProcessRef } from '../../ports/agent-run-repository.js';
import { listStats, type ProcessStat, readEnvironment } from './proc-stat.js';

/** Every process but this one that was started with PERENNIAL_RUN=<mark>, those that inherited it by a fork among them. */
export function markedProcesses(mark: string): ProcessRef[] {
  const entry = `PERENNIAL_RUN=${mark}`;
  return listStats().filter(({ pid }) => pid !== process.pid && readEnvironment(pid).includes(entry));
}

/** The parent of the kernel's own threads. */
const KERNEL_THREADS = 2;

/**
 * Processes that cannot be told by their environment at this moment, because they show none: for an instant each process does, while another
 * program takes its place. Some never show one. `since` leaves out those that began before that start time.
 */
export function facelessProcesses(since = 0): ProcessStat[] {
  return listStats().filter((stat) => stat.parent !== KERNEL_THREADS && Number(stat.startTime) >= since && showsNothing(stat.pid));
}

/** `''` is all that an empty file splits into. */
const showsNothing = (pid: number): boolean => readEnvironment(pid).join('') === '';
