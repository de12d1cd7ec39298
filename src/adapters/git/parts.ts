import type { Git } from './git-process.js';
import type { Repositories } from './repository.js';
import type { ReadTreeFacts } from './tree-facts.js';

/** What every piece of the git store works with. */
export interface GitParts {
  readonly git: Git;
  readonly repositories: Repositories;
  readonly worktreesDir: string;
  readonly treeFacts: ReadTreeFacts;
}
