import { FIRST_SEQ } from '../../../src/domain/carried-run.js';
import type { StepChange, WorkflowChange } from '../../../src/domain/outcome.js';
import { parsePlan } from '../../../src/domain/plan.js';
import type { Repositories } from '../../support/repositories.js';

const COMMIT = 'feedface5e6f708192a3b4c5d6e7f8091a2b3c4d';

/** What workers and graphs write of a workflow, step by step. */
export interface WorkflowLife {
  readonly id: string;
  begin(): Promise<void>;
  /** The next epoch of the attempt when a worker other than the last one has it. */
  work(taskId: string, options?: { attempt?: number; worker?: string }): Promise<void>;
  command(taskId: string, command: string): Promise<void>;
  complete(taskId: string): Promise<void>;
  change(taskId: string, status: StepChange['status'], extra?: Partial<StepChange>): Promise<void>;
  end(status: WorkflowChange['status'], reason?: string): Promise<void>;
}

export function lifeOf({ workflows, steps, agentRuns }: Repositories, id: string): WorkflowLife {
  let seq = FIRST_SEQ;
  return {
    id,
    begin: async () => void (await workflows.start(id, FIRST_SEQ)),
    async work(taskId, { attempt = 1, worker = 'host:1:1' } = {}) {
      const claim = { workflowId: id, taskId, attempt, agent: 'script', host: 'host', worker, taskToken: '', handedOutAt: 1 };
      await agentRuns.claim({ ...claim, seq: ++seq });
    },
    command: (taskId, command) =>
      agentRuns.append({ workflowId: id, taskId, attempt: 1, epoch: 1 }, [
        { type: 'command-started', workflowId: id, taskId, attempt: 1, epoch: 1, data: { n: 1, kind: 'command', command } },
      ]),
    complete: (taskId) => steps.complete({ workflowId: id, taskId, attempt: 1, seq: ++seq, commit: COMMIT, integrated: COMMIT }),
    change: (taskId, status, extra = {}) => workflows.record(id, [{ seq: ++seq, taskId, status, attempt: 1, ...extra }]),
    end: (status, reason) => workflows.record(id, [], { seq: ++seq, status, ...(reason && { reason }) }),
  };
}

/** A workflow that was accepted, of tasks without needs. */
export async function acceptWorkflow(repositories: Repositories, projectId: string, id: string, ...tasks: string[]): Promise<WorkflowLife> {
  const plan = parsePlan({ version: 1, name: `plan of ${id}`, tasks: tasks.map((task) => ({ id: task, run: ['true'] })) });
  await repositories.workflows.accept({ id, projectId, plan, base: COMMIT });
  return lifeOf(repositories, id);
}

/** The one workflow there is, as soon as it is there. */
export async function onlyWorkflow({ workflows }: Repositories): Promise<string> {
  const { items } = await workflows.list({ limit: 2 });
  if (items.length !== 1) throw new Error(`expected one workflow, got ${items.length}`);
  return (items[0] as { id: string }).id;
}
