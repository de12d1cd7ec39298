import { isPerennialError } from '../../domain/errors.js';
import type { Store } from '../../ports/store.js';
import type { WorkflowEngine } from '../../ports/workflow-engine.js';
import type { Workflow } from '../../ports/workflow-repository.js';

/** What became of a start. `later`: a part is away; the workflow stays pending and is tried again. */
export type Starting = 'started' | 'already' | 'later';

/** Makes the branch and starts the graph of an accepted workflow. Every part may be repeated. */
export async function startPending(deps: { store: Store; engine: WorkflowEngine }, workflow: Workflow): Promise<Starting> {
  if (workflow.status !== 'pending') return 'already';
  const { id: workflowId, projectId, base } = workflow;
  try {
    await deps.store.openWorkflow({ projectId, workflowId, base });
    await deps.engine.start({ workflowId, projectId, title: workflow.name });
    return 'started';
  } catch (error) {
    if (isPerennialError(error) && error.kind === 'unavailable') return 'later';
    throw error;
  }
}
