import type { Evidence } from '../evidence.js';
import { succeededAttempts, toldOf } from './commands.js';
import { type Rule, unless } from './rule.js';

/**
 * What the commands themselves wrote down, in a file that Perennial does not touch (ignored files stay when a tree is put back): `begin <n>` and
 * `end <n>`, printed by each command after a line `diary:`.
 */
interface Entry {
  readonly what: 'begin' | 'end';
  readonly n: number;
}

export const diaryRules: readonly Rule[] = [
  {
    says: 'no command began again after a later one had begun (the commands say so)',
    violations: (evidence) =>
      eachDiary(evidence, (name, entries) =>
        entries.slice(1).flatMap(({ n }, index) => unless(n >= (entries[index]?.n ?? 0), `${name}: ${n} after ${entries[index]?.n}`)),
      ),
  },
  {
    says: 'a command that began more than once is told as repeated so often at least (the commands say so)',
    violations: (evidence) =>
      eachDiary(evidence, (name, entries, { taskId, attempt }) =>
        [...new Set(entries.map(({ n }) => n))].flatMap((n) => {
          const begins = entries.filter((entry) => entry.what === 'begin' && entry.n === n).length;
          const repeats = toldOf(evidence, taskId, attempt, n).began.filter(({ type }) => type === 'command-repeated').length;
          return unless(begins >= 1 && repeats >= begins - 1, `${name} command ${n} began ${begins} times, ${repeats} repeats were told`);
        }),
      ),
  },
  {
    says: 'every command of a succeeded attempt came to its own end (the commands say so)',
    violations: (evidence) =>
      eachDiary(evidence, (name, entries, { count }) => {
        const ended = new Set(entries.filter(({ what }) => what === 'end').map(({ n }) => n));
        return unless(
          ended.size === count,
          `${name}: ${ended.size} of ${count} ended, of ${entries.map(({ what, n }) => `${what} ${n}`).join(', ')}`,
        );
      }),
  },
];

type Judge = (name: string, entries: readonly Entry[], of: { taskId: string; attempt: number; count: number }) => string[];

function eachDiary(evidence: Evidence, judge: Judge): string[] {
  if (!evidence.subject.keepsDiary) return [];
  return succeededAttempts(evidence).flatMap(({ task, attempt }) => {
    const count = task.run.length + task.checks.length;
    if (count === 0) return [];
    const output = evidence.outputs.find((one) => one.task === task.id && one.attempt === attempt);
    const name = `${task.id}.${attempt}`;
    if (!output) return [`${name} has no log`];
    return judge(name, lastDiary(output.text), { taskId: task.id, attempt, count });
  });
}

function lastDiary(log: string): Entry[] {
  const last = log.slice(log.lastIndexOf('diary:\n'));
  return [...last.matchAll(/^(begin|end) (\d+)$/gm)].map(([, what, n]) => ({ what: what as Entry['what'], n: Number(n) }));
}
