import type { Chance } from './chance.js';

/** A plan whose result can be told beforehand, whatever dies on the way. */
export interface ExpectedPlan {
  readonly plan: object;
  /** Texts of files on the integration head; several when the order of two tasks is open. */
  readonly content: Readonly<Record<string, string | readonly string[] | null>>;
  readonly unchanged: readonly string[];
}

/** A script task and what it needs. Some append to a file that another appends to, are checked, or change nothing. */
interface ShapedTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly appends?: boolean;
  readonly checks?: boolean;
  readonly idles?: boolean;
}

const LAYERS: readonly ShapedTask[] = [
  { id: 'a', needs: [] },
  { id: 'b', needs: [], checks: true },
  { id: 'c', needs: [] },
  { id: 'd', needs: ['a', 'b'], appends: true },
  { id: 'e', needs: ['b', 'c'] },
  { id: 'f', needs: ['c'], appends: true },
  { id: 'g', needs: ['a', 'e'], checks: true },
  { id: 'h', needs: ['d', 'f'], idles: true },
  { id: 'i', needs: ['g', 'gate'] },
];

const COMMANDS = 3;

/** Ten tasks in six layers. */
export const layeredPlan = (chance: Chance): ExpectedPlan => planOf(LAYERS, ['d', 'e', 'h'], chance);

/** Another graph for each seed. */
export function randomPlan(chance: Chance): ExpectedPlan {
  const count = chance.whole(6, 12);
  const [appender, other, idler] = [chance.whole(0, count - 1), chance.whole(0, count - 1), chance.whole(0, count - 1)];
  const shape = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    needs: index === 0 ? [] : [...new Set(Array.from({ length: chance.whole(0, 2) }, () => `t${chance.whole(0, index - 1)}`))],
    appends: index === appender || index === other,
    checks: chance.whole(1, 4) === 1,
    idles: index === idler && idler !== appender && idler !== other && idler !== count - 1,
  }));
  return planOf(shape, [`t${chance.whole(0, count - 1)}`], chance);
}

/**
 * Each command appends to files in two steps with time between them, so that one that is cut off and run again on anything but the tree of the
 * checkpoint before it leaves a trace; and writes into its diary when it begins and ends.
 */
function planOf(shape: readonly ShapedTask[], gateNeeds: readonly string[], chance: Chance): ExpectedPlan {
  const tasks = shape.map((task) => ({
    id: task.id,
    title: `Task ${task.id}`,
    needs: task.needs,
    run: Array.from({ length: COMMANDS }, (_, index) => inDiary(index + 1, linesOf(shape, task, index + 1, pauseOf(chance)))),
    ...(task.appends && { paths: ['shared.txt'] }),
    ...(task.checks && { checks: [inDiary(COMMANDS + 1, checkOf(task, pauseOf(chance)))] }),
  }));
  const judged = shape.at(-1) as ShapedTask;
  const gate = { id: 'gate', title: 'Gate', needs: gateNeeds };
  const checks = [inDiary(1, checkOf(judged, pauseOf(chance)))];
  const last = { id: 'last', title: 'Judged by checks alone', needs: [judged.id, 'gate'], agent: 'none', checks };
  return {
    plan: { version: 1, name: 'layers', maxParallel: 3, defaults: { timeout: '2m', network: 'off' }, tasks: [...tasks, gate, last] },
    content: expectedContent(shape),
    unchanged: shape.filter(({ idles }) => idles).map(({ id }) => id),
  };
}

/** In seconds, from 50 to 400 ms. */
const pauseOf = (chance: Chance): string => (chance.whole(50, 400) / 1_000).toFixed(3);

function linesOf(shape: readonly ShapedTask[], { id, needs, appends, idles }: ShapedTask, n: number, pause: string): string[] {
  if (idles) return [`sleep ${pause}`];
  const file = `lines/${id}.txt`;
  const taken = n === 1 ? needs.filter((need) => writes(shape, need)).map((need) => `cat lines/${need}.txt >> ${file}`) : [];
  const shared = appends && n === 2 ? [`echo ${id} >> shared.txt`] : [];
  return [...taken, ...shared, `echo "${id} ${n} begins" >> ${file}`, `sleep ${pause}`, `echo "${id} ${n} ends" >> ${file}`];
}

/** Looks, and leaves a file that must not become part of the commit. */
function checkOf({ id, idles }: ShapedTask, pause: string): string[] {
  const look = idles ? [] : [`tail -n 1 lines/${id}.txt | grep -q "^${id} ${COMMANDS} ends$"`];
  return [`sleep ${pause}`, 'echo junk > junk.txt', ...look];
}

function inDiary(n: number, lines: readonly string[]): string {
  return ['set -e', `echo begin ${n} >> .diary`, ...lines, `echo end ${n} >> .diary`, 'echo diary:; cat .diary'].join('\n');
}

/** Gates and idlers do not. */
function writes(shape: readonly ShapedTask[], id: string): boolean {
  return shape.some((task) => task.id === id && !task.idles);
}

function expectedContent(shape: readonly ShapedTask[]): ExpectedPlan['content'] {
  const texts = new Map<string, string>();
  for (const { id, needs } of shape.filter(({ idles }) => !idles)) {
    const taken = needs.map((need) => texts.get(need) ?? '').join('');
    const own = Array.from({ length: COMMANDS }, (_, index) => `${id} ${index + 1} begins\n${id} ${index + 1} ends\n`).join('');
    texts.set(id, taken + own);
  }
  const files = [...texts].map(([id, text]) => [`lines/${id}.txt`, text] as const);
  return { ...Object.fromEntries(files), 'shared.txt': sharedTexts(shape), 'junk.txt': null, '.diary': null };
}

/** Either may be first. */
function sharedTexts(shape: readonly ShapedTask[]): string[] {
  const lines = shape.filter(({ appends }) => appends).map(({ id }) => `${id}\n`);
  return [lines, lines.toReversed()].map((order) => `shared\n${order.join('')}`);
}
