import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Studio } from './studio.js';

const PARTS = ['supervisor', 'app', 'worker', 'worker-spare', 'postgres', 'temporal'] as const;

/** Proportional set size in MB of each part with its children. Processes of the studio that are below no part count to the supervisor. */
export function memoryOf(studio: Studio): Record<string, number> {
  const parents = parentsByPid();
  const parts = partsOf(studio);
  const sums: Record<string, number> = Object.fromEntries(PARTS.map((part) => [part, 0]));
  for (const pid of parents.keys()) {
    const part = partOf(pid, { parents, parts, root: studio.pid });
    if (part) sums[part] = (sums[part] ?? 0) + pssMb(pid);
  }
  return sums;
}

/** By pid; a spare may be missing for a moment. */
function partsOf(studio: Studio): Map<number, string> {
  return new Map(PARTS.flatMap((part) => (studio.findPid(part) ? [[studio.pidOf(part), part] as const] : [])));
}

function partOf(
  pid: number,
  { parents, parts, root }: { parents: ReadonlyMap<number, number>; parts: ReadonlyMap<number, string>; root: number },
): string | undefined {
  for (let at: number | undefined = pid; at; at = parents.get(at)) {
    const part = parts.get(at) ?? (at === root ? 'supervisor' : undefined);
    if (part) return part;
  }
  return undefined;
}

function parentsByPid(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => (fieldsOf(pid) ? [[Number(pid), Number(fieldsOf(pid)?.[1])] as const] : [])));
}

/** Of /proc/<pid>/stat, from the state on: [state, parent, …]. */
function fieldsOf(pid: number | string): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function pssMb(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '') ?? [];
  return Number(kilobytes ?? 0) / 1_024;
}

/** Undefined when the process is gone. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Clock ticks are 10 ms on Linux. */
const TICK_MS = 10;
const LOOK_MS = 1_000;
const IDLE_SHARE = 0.1;
const WAIT_AT_MOST_MS = 60_000;

/** Until all parts together use less than a tenth of a core for three seconds in a row. */
export async function untilIdle(studio: Studio): Promise<void> {
  let before = cpuMs(studio);
  for (let calm = 0, waitedMs = 0; calm < 3 && waitedMs < WAIT_AT_MOST_MS; waitedMs += LOOK_MS) {
    await sleep(LOOK_MS);
    const now = cpuMs(studio);
    calm = now - before < IDLE_SHARE * LOOK_MS ? calm + 1 : 0;
    before = now;
  }
}

function cpuMs(studio: Studio): number {
  const ticks = [...partsOf(studio).keys()]
    .map((pid) => fieldsOf(pid) ?? [])
    .map((fields) => Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
  return ticks.reduce((sum, part) => sum + part, 0) * TICK_MS;
}
