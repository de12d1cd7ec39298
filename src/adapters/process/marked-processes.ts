import { listStats, type ProcessStat, readEnvironment } from './proc-stat.js';

/** Those that were started with PERENNIAL_RUN=<mark>, or inherited it by a fork; this process is never among them. */
export function markedProcesses(mark: string, all: readonly ProcessStat[] = listStats()): ProcessStat[] {
  const entry = `PERENNIAL_RUN=${mark}`;
  return all.filter(({ pid }) => pid !== process.pid && readEnvironment(pid).includes(entry));
}
