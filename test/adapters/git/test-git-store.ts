import { join } from 'node:path';
import { createGitStore } from '../../../src/adapters/git/git-store.js';
import type { MakeStore } from '../../conformance/store-world.js';

/** The git store as the product makes it, with the environment of the tests. */
export const testGitStore: MakeStore = ({ reposDir, worktreesDir }) => ({
  store: createGitStore({ reposDir, worktreesDir, hostId: 'test-host', env: process.env }),
  repository: (projectId) => join(reposDir, `${projectId}.git`),
});
