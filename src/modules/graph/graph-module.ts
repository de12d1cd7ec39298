import type { GraphPage, LoadGraph, RecordInput } from '../../domain/activities.js';
import { FIRST_SEQ } from '../../domain/carried-run.js';
import { notFound } from '../../domain/errors.js';
import { compileTasks, type GraphTask } from '../../domain/graph.js';
import type { WorkflowRepository } from '../../ports/workflow-repository.js';

/** A page of tasks stays well below Temporal's warning for payloads (256 KB), and below 64 KB as long as titles and paths are of usual length. */
const PAGE_BYTES = 48 * 1024;

/** What the running graph reads and writes of its workflow. */
export interface GraphModule {
  load(input: LoadGraph): Promise<GraphPage>;
  record(input: RecordInput): Promise<void>;
}

export function createGraphModule({ workflows }: { workflows: WorkflowRepository }): GraphModule {
  return {
    async load({ workflowId, from }) {
      const workflow = await workflows.find(workflowId);
      if (!workflow) throw notFound('workflow', workflowId);
      const status = await workflows.start(workflowId, FIRST_SEQ);
      const { maxParallel } = workflow.plan;
      return status === 'running'
        ? { isOpen: true, maxParallel, ...page(compileTasks(workflow.plan), from) }
        : { isOpen: false, maxParallel, tasks: [] };
    },
    record: ({ workflowId, steps, workflow }) => workflows.record(workflowId, steps, workflow),
  };
}

function page(all: readonly GraphTask[], from: number): { tasks: GraphTask[]; next?: number } {
  const tasks: GraphTask[] = [];
  for (let bytes = 0; from + tasks.length < all.length; ) {
    const task = all[from + tasks.length] as GraphTask;
    bytes += JSON.stringify(task).length;
    if (tasks.length > 0 && bytes > PAGE_BYTES) return { tasks, next: from + tasks.length };
    tasks.push(task);
  }
  return { tasks };
}
