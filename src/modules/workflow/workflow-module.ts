import { notFound, rejected } from '../../domain/errors.js';
import { type Plan, parsePlan } from '../../domain/plan.js';
import { isWorkflowEnded } from '../../domain/status.js';
import type { Ids } from '../../ports/ids.js';
import type { Project, ProjectRepository } from '../../ports/project-repository.js';
import type { Store } from '../../ports/store.js';
import type { WorkflowEngine } from '../../ports/workflow-engine.js';
import type { Workflow, WorkflowRepository } from '../../ports/workflow-repository.js';
import type { WorkflowStepRepository } from '../../ports/workflow-step-repository.js';
import { refuseUnavailable } from './available.js';
import { cancelWithoutEngine } from './cancel-without-engine.js';
import { type Starting, startPending } from './start-pending.js';

export interface WorkflowDeps {
  readonly projects: ProjectRepository;
  readonly workflows: WorkflowRepository;
  readonly steps: WorkflowStepRepository;
  readonly store: Store;
  readonly engine: WorkflowEngine;
  readonly ids: Ids;
  /** Kinds of agent that this installation has. */
  readonly agents: readonly string[];
}

export interface AcceptWorkflow {
  readonly projectId: string;
  /** The plan as parsed YAML or JSON. */
  readonly plan: unknown;
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
}

/** How workflows are accepted, started and told to stop. */
export interface WorkflowModule {
  /** Validates the plan, fetches the source and stores the workflow; then starts it, if Temporal is there (else `startPending` does it later). */
  accept(request: AcceptWorkflow): Promise<{ workflow: Workflow; isNew: boolean; started: Promise<Starting> }>;
  /** Asks a workflow to stop. Harmless when it has been asked or is cancelled; `wrong-state` when it ended otherwise. */
  cancel(workflowId: string, reason: string): Promise<void>;
  /** Starts what was accepted while Temporal was away. */
  startPending(): Promise<Starting[]>;
}

export function createWorkflowModule(deps: WorkflowDeps): WorkflowModule {
  return {
    async accept(request) {
      const project = await findProject(deps, request.projectId);
      const earlier = await acceptedBefore(deps, request);
      if (earlier) return { workflow: earlier, isNew: false, started: Promise.resolve('already') };
      const plan = parsePlan(request.plan);
      refuseUnavailable(plan, deps.agents);
      const base = await fetchBase(deps, project);
      const { workflow, isNew } = await deps.workflows.accept({ ...newWorkflow(deps, request, plan), base });
      return { workflow, isNew, started: startPending(deps, workflow) };
    },
    cancel: (workflowId, reason) => cancel(deps, workflowId, reason),
    startPending: () => startAllPending(deps),
  };
}

const PENDING_A_ROUND = 100;

/** Oldest first. One that cannot be started holds up none of those after it: its error is thrown when all were tried. */
async function startAllPending(deps: WorkflowDeps): Promise<Starting[]> {
  const tried: PromiseSettledResult<Starting>[] = [];
  for (const id of await deps.workflows.idsIn('pending', PENDING_A_ROUND)) tried.push(...(await Promise.allSettled([startById(deps, id)])));
  const failed = tried.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return tried.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function startById(deps: WorkflowDeps, id: string): Promise<Starting> {
  const workflow = await deps.workflows.find(id);
  return workflow ? startPending(deps, workflow) : 'already';
}

async function findProject({ projects }: WorkflowDeps, id: string): Promise<Project> {
  const project = await projects.find(id);
  if (!project) throw notFound('project', id);
  return project;
}

/** Looked up before anything is fetched, so that a repeat does not depend on the source being there. */
async function acceptedBefore({ workflows }: WorkflowDeps, { projectId, idempotency }: AcceptWorkflow): Promise<Workflow | undefined> {
  const found = idempotency && (await workflows.findByKey(projectId, idempotency.key));
  if (!found) return undefined;
  if (found.bodyHash === idempotency.bodyHash) return found.workflow;
  throw rejected(
    'idempotency-conflict',
    `the Idempotency-Key "${idempotency.key}" was used for another request, workflow ${found.workflow.id}`,
  );
}

async function fetchBase({ store, projects }: WorkflowDeps, { id, source, defaultBranch }: Project): Promise<string> {
  const { head } = await store.fetchSource({ projectId: id, source, branch: defaultBranch });
  await projects.sawHead(id, head);
  return head;
}

function newWorkflow({ ids }: WorkflowDeps, { projectId, idempotency }: AcceptWorkflow, plan: Plan) {
  return { id: ids.newId(), projectId, plan, ...(idempotency && { idempotency }) };
}

/** A pending workflow is cancelled in the database alone: should its start be under way, it finds that there is nothing to run. */
async function cancel(deps: WorkflowDeps, id: string, reason: string): Promise<void> {
  const { workflows, engine } = deps;
  const workflow = await workflows.find(id);
  if (!workflow) throw notFound('workflow', id);
  if (workflow.status === 'cancelled') return;
  if (isWorkflowEnded(workflow.status))
    throw rejected('wrong-state', `workflow ${id} is ${workflow.status}; only one that has not ended can be cancelled`);
  if (workflow.status === 'pending' && (await workflows.cancelPending(id, reason))) return;
  if (!(await engine.cancel(id, reason))) await cancelWithoutEngine(deps, id, reason);
}
