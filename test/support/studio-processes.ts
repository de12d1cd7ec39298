import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** One process for good: pids are used again, a pid with its start time is not. */
export interface StudioProcess {
  readonly pid: number;
  readonly startTime: string;
}

export const PARTS = ['supervisor', 'app', 'worker', 'postgres', 'temporal'] as const;
export type StudioPart = (typeof PARTS)[number];

/** The process of a part as its pid file says, if it lives. */
export function processOf(home: string, part: StudioPart): StudioProcess | undefined {
  const [pid, startTime] = textOf(join(home, 'run', `${part}.pid`)).split(' ');
  if (!pid || !startTime) return undefined;
  const process = { pid: Number(pid), startTime };
  return isAlive(process) ? process : undefined;
}

export function isAlive({ pid, startTime }: StudioProcess): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] === startTime && fields[0] !== 'Z' && fields[0] !== 'X';
}

/** Sends a signal to this very process; one that is gone gets none. */
export function signal(process_: StudioProcess, name: NodeJS.Signals): void {
  if (isAlive(process_)) process.kill(process_.pid, name);
}

/** `<pid> <command line>` of every process that works for a home: it names the home in its arguments or environment, or stands in it. */
export function processesOfHome(home: string): string[] {
  const places = [home, ...realPathOf(join(home, 'postgres'))];
  return pids()
    .filter((pid) => pid !== process.pid && !isZombie(pid) && places.some((place) => belongsTo(pid, place)))
    .map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 300)}`);
}

/** Processes that carry the mark of an agent run of a workflow. */
export function markedProcesses(workflowId: string): string[] {
  const mark = `PERENNIAL_RUN=${workflowId}.`;
  return pids()
    .filter((pid) => !isZombie(pid) && `\0${textOf(`/proc/${pid}/environ`)}`.includes(`\0${mark}`))
    .map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 300)}`);
}

function belongsTo(pid: number, place: string): boolean {
  return textOf(`/proc/${pid}/cmdline`).includes(place) || textOf(`/proc/${pid}/environ`).includes(place) || cwdOf(pid).startsWith(place);
}

function isZombie(pid: number): boolean {
  return /\) [ZX] /.test(textOf(`/proc/${pid}/stat`));
}

function pids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // Gone meanwhile, or somebody else's.
  }
}

function realPathOf(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return []; // Not made yet.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Gone meanwhile, or somebody else's.
  }
}
