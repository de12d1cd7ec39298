import type { Activities } from '../src/domain/activities.js';
import type { AgentModule } from '../src/modules/agent/agent-module.js';
import type { GateModule } from '../src/modules/agent/gate-module.js';
import type { GraphModule } from '../src/modules/graph/graph-module.js';
import type { RadicleModule } from '../src/modules/radicle/radicle-module.js';
import { beating, boundary } from './boundary.js';
import { activityLife } from './life.js';

export interface MainDeps {
  readonly gates: GateModule;
  readonly graphs: GraphModule;
  readonly radicle: RadicleModule;
}

/** Activities that any worker of the main queue can do. */
export const mainActivities = ({ gates, graphs, radicle }: MainDeps): Omit<Activities, 'workOnTask'> => ({
  loadGraph: (input) => boundary(() => graphs.load(input)),
  record: (input) => boundary(() => graphs.record(input)),
  passGate: (input) =>
    boundary(async () => {
      await gates.pass(input, activityLife());
      return { kind: 'completed' };
    }),
  finishTask: (input) => beating(() => radicle.finish(input)),
});

/** Activities of the agent queue: one takes one of the host's slots. */
export const agentActivities = (agents: AgentModule): Pick<Activities, 'workOnTask'> => ({
  workOnTask: (input) => beating(() => agents.work(input, activityLife())),
});
