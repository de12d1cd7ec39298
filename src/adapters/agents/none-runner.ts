import type { AgentRunner } from '../../ports/agent-runner.js';

/** Agent `none`: does nothing; its task is its checks. */
export const noneRunner: AgentRunner = {
  kind: 'none',
  run: async () => ({ kind: 'passed' }),
};
