import type { Subject } from '../evidence.js';
import { type Rule, unless } from './rule.js';

export const contentRules: readonly Rule[] = [
  {
    says: 'the files on the integration head are what the plan makes of them',
    violations: ({ subject, repository }) =>
      Object.entries(subject.content).flatMap(([path, wanted]) => {
        const text = repository.files.get(path);
        return unless(
          fits(text, wanted),
          `${path} is ${JSON.stringify(text)}, expected ${wanted instanceof RegExp ? wanted : JSON.stringify(wanted)}`,
        );
      }),
  },
];

function fits(text: string | undefined, wanted: Subject['content'][string]): boolean {
  if (wanted === null || text === undefined) return wanted === null && text === undefined;
  return wanted instanceof RegExp ? wanted.test(text) : [wanted].flat().includes(text);
}
