import type { Evidence } from '../evidence.js';
import { type Rule, unless } from './rule.js';

export const branchRules: readonly Rule[] = [
  {
    says: 'the source is as it was: HEAD, every branch and tag, every file',
    violations: ({ subject, sourceNow }) =>
      unless(JSON.stringify(subject.source) === JSON.stringify(sourceNow), JSON.stringify({ before: subject.source, now: sourceNow })),
  },
  {
    says: 'the trusted default branch is where the source has it',
    violations: ({ subject, database, repository }) => {
      const name = `refs/heads/${database.defaultBranch}`;
      const source = subject.source.refs.find((line) => line.startsWith(`${name} `))?.split(' ')[1];
      return unless(repository.refs.get(name) === source, `${name} is ${repository.refs.get(name)}, in the source ${source}`);
    },
  },
  {
    says: 'the trusted repository has no ref but the default branch and those that Perennial names',
    violations: (evidence) => [...evidence.repository.refs.keys()].filter((name) => !isOurs(evidence, name)),
  },
  {
    says: 'git fsck finds nothing',
    violations: ({ repository: { fsck } }) => unless(fsck.code === 0 && fsck.text === '', `exit code ${fsck.code}: ${fsck.text}`),
  },
];

function isOurs({ database }: Evidence, name: string): boolean {
  return name === `refs/heads/${database.defaultBranch}` || name.startsWith('refs/heads/perennial/') || name.startsWith('refs/perennial/');
}
