import { type Evidence, gatherEvidence, type Subject } from './evidence.js';
import { branchRules } from './rules/branches.js';
import { commandRules } from './rules/commands.js';
import { commitRules } from './rules/commits.js';
import { contentRules } from './rules/content.js';
import { diaryRules } from './rules/diary.js';
import { eventRules } from './rules/events.js';
import { leftoverRules } from './rules/leftovers.js';
import { orderRules } from './rules/order.js';
import { rowRules } from './rules/rows.js';
import type { Rule } from './rules/rule.js';

const RULES: readonly Rule[] = [
  ...commitRules,
  ...contentRules,
  ...branchRules,
  ...leftoverRules,
  ...rowRules,
  ...eventRules,
  ...orderRules,
  ...commandRules,
  ...diaryRules,
];

/**
 * Judges a run that has ended by what it left: git, the database, the logs and /proc. Nothing of Perennial's own code is used, so that both cannot
 * be wrong together. Prints one line a promise and returns the broken ones, each with what breaks it.
 */
export async function audit(subject: Subject, print: (line: string) => void = toStderr): Promise<string[]> {
  const verdicts = judgeEvidence(await gatherEvidence(subject));
  for (const { says, violations } of verdicts) {
    print(`  ${violations.length === 0 ? 'kept  ' : 'BROKEN'} ${says}${violations.map((one) => `\n           ${one}`).join('')}`);
  }
  return verdicts.flatMap(({ says, violations }) => violations.map((one) => `${says}: ${one}`));
}

export interface Verdict {
  readonly says: string;
  readonly violations: readonly string[];
}

export function judgeEvidence(evidence: Evidence): Verdict[] {
  return RULES.map(({ says, violations }) => ({ says, violations: violations(evidence) }));
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
