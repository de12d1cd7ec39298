import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Leftovers {
  /** `<pid> <command line>` of processes that carry the mark of the workflow. */
  readonly processes: readonly string[];
  /** Files that lock something. */
  readonly locks: readonly string[];
  /** Whatever lies in the workflow's folder of worktrees. */
  readonly worktrees: readonly string[];
  /** Start times of all living processes, by pid. */
  readonly startTimes: ReadonlyMap<number, string>;
}

export function lookForLeftovers(home: string, workflowId: string): Leftovers {
  return {
    processes: marked(`PERENNIAL_RUN=${workflowId}.`),
    locks: ['repos', 'worktrees'].flatMap((folder) => locksBelow(join(home, folder))),
    worktrees: namesIn(join(home, 'worktrees', workflowId)),
    startTimes: new Map(pids().flatMap((pid) => startTimeOf(pid))),
  };
}

function marked(mark: string): string[] {
  const carriers = pids().filter((pid) => procFile(pid, 'environ').includes(`\0${mark}`) || procFile(pid, 'environ').startsWith(mark));
  return carriers.map((pid) => `${pid} ${procFile(pid, 'cmdline').replaceAll('\0', ' ')}`);
}

function startTimeOf(pid: number): [number, string][] {
  const stat = procFile(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] && fields[0] !== 'Z' ? [[pid, fields[19] ?? '']] : [];
}

function locksBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.lock')).map((entry) => join(entry.parentPath, entry.name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function pids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Empty for a process that is gone, or somebody else's. */
function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
