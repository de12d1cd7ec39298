import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessRef } from '../../ports/agent-run-repository.js';

/** What /proc/<pid>/stat says of one process. */
export interface ProcessStat extends ProcessRef {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Ended, and not yet waited for by its parent. */
  readonly isZombie: boolean;
}

/** Undefined when there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  const text = readProcFile(pid, 'stat');
  return text === undefined ? undefined : parseStat(pid, text);
}

/** Every process of this host but zombies. */
export function listStats(): ProcessStat[] {
  return listPids().flatMap((pid) => {
    const stat = readStat(pid);
    return stat && !stat.isZombie ? [stat] : [];
  });
}

/** The command name in the second field may hold anything, parentheses, blanks and line ends too, so fields are counted from its last parenthesis. */
export function parseStat(pid: number, text: string): ProcessStat {
  const [state, parent, group, session, ...more] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = more[15] ?? '';
  return {
    pid,
    startTime,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    isZombie: state === 'Z' || state === 'X',
  };
}

/** Pids of its children. Kernels without this file are rare; there the whole table is searched. */
export function childrenOf(pid: number): number[] {
  const text = readProcFile(pid, `task/${pid}/children`);
  if (text !== undefined) return text.split(' ').filter(Boolean).map(Number);
  return listStats().flatMap((stat) => (stat.parent === pid ? [stat.pid] : []));
}

/** Entries `NAME=value` that the process was started with; none when it is gone or another user's. */
export function readEnvironment(pid: number): readonly string[] {
  return readProcFile(pid, 'environ')?.split('\0') ?? [];
}

export function listPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

const NOT_THERE = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** Read at one go and not awaited: a process seen half now and half later is no picture. */
function readProcFile(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (NOT_THERE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
