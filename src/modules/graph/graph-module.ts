import type { GraphPage, LoadGraph, RecordInput } from '../../domain/activities.js';
import { FIRST_SEQ } from '../../domain/carried-run.js';
import { notFound } from '../../domain/errors.js';
import { compileTasks, type GraphTask } from '../../domain/graph.js';
import { utf8Length } from '../../domain/utf8-length.js';
import type { WorkflowRepository } from '../../ports/workflow-repository.js';

/** A page of tasks stays well below Temporal's warning for payloads (256 KB), and below 64 KB as long as titles and paths are of usual length. */
const PAGE_BYTES = 48 * 1024;

/** What the running graph reads and writes of its workflow. */
export interface GraphModule {
  load(input: LoadGraph): Promise<GraphPage>;
  record(input: RecordInput): Promise<void>;
}

export function createGraphModule({ workflows }: { workflows: WorkflowRepository }): GraphModule {
  const compiled = compiledGraphs(workflows);
  return {
    async load({ workflowId, from }) {
      const status = await workflows.start(workflowId, FIRST_SEQ);
      if (status !== 'running') return { isOpen: false, maxParallel: 1, tasks: [] };
      const { maxParallel, tasks } = await compiled(workflowId);
      return { isOpen: true, maxParallel, ...page(tasks, from) };
    },
    record: ({ workflowId, steps, workflow }) => workflows.record(workflowId, steps, workflow),
  };
}

interface CompiledGraph {
  readonly maxParallel: number;
  readonly tasks: readonly GraphTask[];
}

/** Graphs held for the pages that follow: a plan of 10,000 tasks has dozens, and reading it takes a good part of a second. */
const GRAPHS_HELD = 8;

function compiledGraphs(workflows: WorkflowRepository): (workflowId: string) => Promise<CompiledGraph> {
  const held = new Map<string, CompiledGraph>();
  return async (workflowId) => {
    const graph = held.get(workflowId) ?? (await compile(workflows, workflowId));
    held.delete(workflowId);
    held.set(workflowId, graph);
    const [oldest] = held.keys();
    if (held.size > GRAPHS_HELD && oldest) held.delete(oldest);
    return graph;
  };
}

async function compile(workflows: WorkflowRepository, workflowId: string): Promise<CompiledGraph> {
  const workflow = await workflows.find(workflowId);
  if (!workflow) throw notFound('workflow', workflowId);
  return { maxParallel: workflow.plan.maxParallel, tasks: compileTasks(workflow.plan) };
}

function page(all: readonly GraphTask[], from: number): { tasks: GraphTask[]; next?: number } {
  const tasks: GraphTask[] = [];
  for (let bytes = 0; from + tasks.length < all.length; ) {
    const task = all[from + tasks.length] as GraphTask;
    bytes += utf8Length(JSON.stringify(task));
    if (tasks.length > 0 && bytes > PAGE_BYTES) return { tasks, next: from + tasks.length };
    tasks.push(task);
  }
  return { tasks };
}
