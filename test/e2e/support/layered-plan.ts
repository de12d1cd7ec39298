import type { Chance } from './chance.js';

/** A plan whose result can be told beforehand, whatever dies on the way. */
export interface ExpectedPlan {
  readonly plan: object;
  /** Texts of files on the integration head; several when the order of two tasks is open. */
  readonly content: Readonly<Record<string, string | readonly string[] | null>>;
  readonly unchanged: readonly string[];
}

/** Script tasks and what they need, in layers. Some have a file that two of them append to, checks, or nothing to change. */
const SHAPE: readonly { id: string; needs: readonly string[]; appends?: boolean; checks?: boolean; idles?: boolean }[] = [
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

/**
 * Each command appends to files in two steps with time between them, so that one that is cut off and run again on anything but the tree of the
 * checkpoint before it leaves a trace; and writes into its diary when it begins and ends.
 */
export function layeredPlan(chance: Chance): ExpectedPlan {
  const tasks = SHAPE.map((task) => ({
    id: task.id,
    title: `Task ${task.id}`,
    needs: task.needs,
    run: Array.from({ length: COMMANDS }, (_, index) => commandOf(task, index + 1, pauseOf(chance))),
    ...(task.appends && { paths: ['shared.txt'] }),
    ...(task.checks && { checks: [checkOf(task.id, COMMANDS + 1, pauseOf(chance))] }),
  }));
  const gate = { id: 'gate', title: 'Gate', needs: ['d', 'e', 'h'] };
  const last = { id: 'last', title: 'Judged by checks alone', needs: ['i'], agent: 'none', checks: [checkOf('i', 1, pauseOf(chance))] };
  return {
    plan: { version: 1, name: 'layers', maxParallel: 3, defaults: { timeout: '2m', network: 'off' }, tasks: [...tasks, gate, last] },
    content: expectedContent(),
    unchanged: SHAPE.filter(({ idles }) => idles).map(({ id }) => id),
  };
}

/** In seconds, from 50 to 400 ms. */
const pauseOf = (chance: Chance): string => (chance.whole(50, 400) / 1_000).toFixed(3);

function commandOf({ id, needs, appends, idles }: (typeof SHAPE)[number], n: number, pause: string): string {
  if (idles) return inDiary(n, [`sleep ${pause}`]);
  const file = `lines/${id}.txt`;
  const taken = n === 1 ? needs.filter((need) => need !== 'gate').map((need) => `cat lines/${need}.txt >> ${file}`) : [];
  const shared = appends && n === 2 ? [`echo ${id} >> shared.txt`] : [];
  return inDiary(n, [...taken, ...shared, `echo "${id} ${n} begins" >> ${file}`, `sleep ${pause}`, `echo "${id} ${n} ends" >> ${file}`]);
}

/** Looks, and leaves a file that must not become part of the commit. */
function checkOf(id: string, n: number, pause: string): string {
  return inDiary(n, [`sleep ${pause}`, 'echo junk > junk.txt', `tail -n 1 lines/${id}.txt | grep -q "^${id} ${COMMANDS} ends$"`]);
}

function inDiary(n: number, lines: readonly string[]): string {
  return ['set -e', `echo begin ${n} >> .diary`, ...lines, `echo end ${n} >> .diary`, 'echo diary:; cat .diary'].join('\n');
}

function expectedContent(): ExpectedPlan['content'] {
  const texts = new Map<string, string>();
  for (const { id, needs, idles } of SHAPE) {
    if (idles) continue;
    const taken = needs.map((need) => texts.get(need) ?? '').join('');
    const own = Array.from({ length: COMMANDS }, (_, index) => `${id} ${index + 1} begins\n${id} ${index + 1} ends\n`).join('');
    texts.set(id, taken + own);
  }
  const files = [...texts].map(([id, text]) => [`lines/${id}.txt`, text] as const);
  return { ...Object.fromEntries(files), 'shared.txt': ['shared\nd\nf\n', 'shared\nf\nd\n'], 'junk.txt': null, '.diary': null };
}
