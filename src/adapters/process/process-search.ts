import type { ProcessRef } from '../../ports/agent-run-repository.js';
import { isRunning } from './end-processes.js';
import { listPids, type ProcessStat, readEnvironment, readStat } from './proc-stat.js';

/**
 * Looks for processes that do not want to be found. A list of processes is no picture of one moment: one that forks after the list was made and
 * ends before it is looked at is missed with its child, and one that is being replaced by another program shows no environment for an instant.
 * So a look that finds nothing is a proof only when nobody ended during it, and nobody was without a face.
 */
export class ProcessSearch {
  private isSure = false;
  private dead = new Set<string>();

  /** `choose` picks from live processes, this one not among them, that began at `since` (clock ticks after boot) or later. */
  constructor(
    private readonly choose: (live: readonly ProcessStat[]) => readonly ProcessStat[],
    private readonly since = 0,
  ) {}

  find(): readonly ProcessRef[] {
    const pids = listPids().filter((pid) => pid !== process.pid);
    const stats = pids.map(readStat).filter((stat) => stat === undefined || Number(stat.startTime) >= this.since);
    const live = stats.filter((stat) => stat !== undefined).filter((stat) => !stat.isZombie);
    const found = this.choose(live);
    this.isSure = this.isPictureSharp(stats, live);
    return found;
  }

  /** Whether the last look, which found nothing, proves that there is nothing. */
  isProof(): boolean {
    return this.isSure;
  }

  private isPictureSharp(stats: readonly (ProcessStat | undefined)[], live: readonly ProcessStat[]): boolean {
    const zombies = stats.filter((stat) => stat?.isZombie).map((stat) => keyOf(stat as ProcessStat));
    const died = live.filter((stat) => !isRunning(stat)).map(keyOf);
    const areDeadKnown = !stats.includes(undefined) && died.length === 0 && zombies.every((zombie) => this.dead.has(zombie));
    this.dead = new Set(zombies);
    return areDeadKnown && !live.some(isFaceless);
  }
}

const keyOf = ({ pid, startTime }: ProcessStat): string => `${pid}:${startTime}`;

/** The parent of the kernel's own threads, which never have an environment. */
const KERNEL_THREADS = 2;

/** `['']` is what an empty environment splits into. */
const isFaceless = ({ pid, parent }: ProcessStat): boolean => parent !== KERNEL_THREADS && readEnvironment(pid).join('') === '';
