import { readFileSync, rmSync } from 'node:fs';
import { replaceFile } from '../adapters/files/replace-file.js';
import { isRunning } from '../adapters/process/end-processes.js';
import { readStat } from '../adapters/process/proc-stat.js';
import type { ProcessRef } from '../ports/agent-run-repository.js';

/**
 * `<pid> <start time> <boot>`: who wrote it, so that its process can be told for sure from a later one with the same pid, and from one of
 * before the machine was started again (start times count from boot).
 */
export function writePidFile(path: string, process: ProcessRef): void {
  replaceFile(path, `${process.pid} ${process.startTime} ${bootId()}\n`);
}

/** The process of a pid file, if it lives. */
export function livingOwner(path: string): ProcessRef | undefined {
  const [pid, startTime, boot] = textOf(path).trim().split(' ');
  if (!pid || !startTime || boot !== bootId()) return undefined;
  const owner = { pid: Number(pid), startTime };
  return isRunning(owner) ? owner : undefined;
}

/** Writes the pid file of a child that was just started. A child that is already gone gets none. */
export function writeChildPidFile(path: string, pid: number): ProcessRef | undefined {
  const stat = readStat(pid);
  if (!stat || stat.isZombie) return undefined;
  const child = { pid, startTime: stat.startTime };
  writePidFile(path, child);
  return child;
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
