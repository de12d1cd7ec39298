import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from '../../domain/errors.js';
import type { ProcessRef } from '../../ports/agent-run-repository.js';
import { readStat } from './proc-stat.js';

/** Whether this very process runs; one that ended and was not yet waited for does not. */
export function isRunning({ pid, startTime }: ProcessRef): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startTime === startTime && !stat.isZombie;
}

/** Signals the process if it is still this one. Throws `unavailable` when SIGKILL is refused because it is another user's. */
export function signalProcess(process: ProcessRef, signal: NodeJS.Signals): void {
  if (isRunning(process)) sendSignal(process.pid, signal);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM' && signal === 'SIGKILL')
      throw unavailable('process', `process ${pid} belongs to another user and cannot be ended`, error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Longer than the kernel takes to tear down a process with much memory; one that lives on hangs in a broken device. */
const GONE_WITHIN_MS = 30_000;

/** Resolves when the process, which was sent SIGKILL, is gone. */
export async function awaitGone(process: ProcessRef): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN_MS;
  for (let pauseMs = 1; isRunning(process); pauseMs = Math.min(pauseMs * 2, 20)) {
    if (Date.now() > deadline)
      throw unavailable('process', `process ${process.pid} is still there ${GONE_WITHIN_MS / 1_000} s after SIGKILL`);
    await sleep(pauseMs);
  }
}

type Find = () => readonly ProcessRef[];

/**
 * SIGKILL to all that `find` finds, until it finds none; returns how many were ended. They are stopped first, all of them: what is killed one by
 * one can fork faster than it dies, what is stopped cannot. `isProof` says whether a look that found none is the last word.
 */
export async function endProcesses(find: Find, isProof: () => boolean = () => true): Promise<number> {
  let ended = 0;
  for (let found = await findSurely(find, isProof); found.length > 0; found = await findSurely(find, isProof)) {
    const stopped = stopAll(found, find);
    for (const process of stopped) signalProcess(process, 'SIGKILL');
    for (const process of stopped) await awaitGone(process);
    ended += stopped.length;
  }
  return ended;
}

/** Far longer than what makes a look unsure lasts, on a busy machine too; on a very busy one somebody always ends during a look. */
const SURE_WITHIN_MS = 100;

async function findSurely(find: Find, isProof: () => boolean): Promise<readonly ProcessRef[]> {
  const deadline = Date.now() + SURE_WITHIN_MS;
  for (let found = find(); ; found = find()) {
    if (found.length > 0 || isProof() || Date.now() > deadline) return found;
    await sleep(2);
  }
}

/** More rounds than a storm needs, and an end to one that outruns us; the next look goes on with it. */
const STOP_ROUNDS = 50;

function stopAll(found: readonly ProcessRef[], find: Find): ProcessRef[] {
  const stopped = new Map<string, ProcessRef>();
  for (let round = 0, fresh = found; fresh.length > 0 && round < STOP_ROUNDS; round++) {
    for (const process of fresh) {
      signalProcess(process, 'SIGSTOP');
      stopped.set(`${process.pid}:${process.startTime}`, process);
    }
    fresh = find().filter(({ pid, startTime }) => !stopped.has(`${pid}:${startTime}`));
  }
  return [...stopped.values()];
}
