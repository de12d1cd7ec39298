import type { AgentRunner } from '../../ports/agent-runner.js';

/** Agent `script`: the commands of the plan, no model. */
export const scriptRunner: AgentRunner = {
  kind: 'script',
  run: ({ task, runCommands }) => runCommands(task.run),
};
