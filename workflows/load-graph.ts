import { proxyActivities } from '@temporalio/workflow';
import type { Activities, GraphPage } from '../src/domain/activities.js';
import { type CarriedRun, newRun, restoreRun } from '../src/domain/carried-run.js';
import { type GraphTask, linkGraph } from '../src/domain/graph.js';
import type { Run } from '../src/domain/run.js';
import { ANY_WORKER } from './activity-options.js';

const activities = proxyActivities<Activities>({ ...ANY_WORKER, summary: 'Load the task graph' });

/** The run of a workflow, where it stands; undefined when the workflow was cancelled before it began. Read in pages, so that no payload is large. */
export async function loadRun(workflowId: string, carried?: CarriedRun): Promise<Run | undefined> {
  const tasks: GraphTask[] = [];
  let maxParallel = 1;
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: GraphPage = await activities.loadGraph({ workflowId, from });
    if (!page.isOpen) return undefined;
    tasks.push(...page.tasks);
    maxParallel = page.maxParallel;
    from = page.next;
  }
  const graph = linkGraph(tasks);
  return carried ? restoreRun(graph, carried) : newRun(graph, maxParallel);
}
