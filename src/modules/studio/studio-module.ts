import { notFound } from '../../domain/errors.js';
import type { Event } from '../../domain/events.js';
import { integrationBranch } from '../../domain/names.js';
import type { AgentRun, AgentRunRepository } from '../../ports/agent-run-repository.js';
import type { AttemptLog } from '../../ports/attempt-log.js';
import type { EventFilter, EventRepository } from '../../ports/event-repository.js';
import type { Project, ProjectRepository } from '../../ports/project-repository.js';
import type { Store } from '../../ports/store.js';
import type { WorkflowFilter, WorkflowPage, WorkflowRepository, WorkflowSummary } from '../../ports/workflow-repository.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';

export interface StudioDeps {
  readonly projects: ProjectRepository;
  readonly workflows: WorkflowRepository;
  readonly steps: WorkflowStepRepository;
  readonly agentRuns: AgentRunRepository;
  readonly events: EventRepository;
  readonly log: AttemptLog;
  readonly store: Store;
}

export interface WorkflowView extends WorkflowSummary {
  readonly integration: { readonly branch: string; readonly head: string };
}

/** The read side: what people look at. Throws `not-found` for what is not there. */
export interface StudioModule {
  projects(): Promise<Project[]>;
  project(id: string): Promise<Project>;
  workflows(filter: WorkflowFilter): Promise<WorkflowPage>;
  workflow(id: string): Promise<WorkflowView>;
  steps(workflowId: string): Promise<WorkflowStep[]>;
  step(workflowId: string, taskId: string): Promise<{ step: WorkflowStep; runs: AgentRun[] }>;
  /** Output of an attempt (default: the last one begun); empty before the first byte. */
  log(workflowId: string, taskId: string, options: { attempt?: number | undefined; tailBytes?: number | undefined }): Promise<Uint8Array>;
  events(filter: EventFilter): Promise<Event[]>;
}

export function createStudioModule({ projects, workflows, steps, agentRuns, events, log, store }: StudioDeps): StudioModule {
  async function workflow(id: string): Promise<WorkflowView> {
    const summary = await workflows.summary(id);
    if (!summary) throw notFound('workflow', id);
    const head = await store.integrationHead({ projectId: summary.projectId, workflowId: id });
    return { ...summary, integration: { branch: integrationBranch(id), head: head ?? summary.base } };
  }
  async function step(workflowId: string, taskId: string): Promise<WorkflowStep> {
    const found = await steps.find(workflowId, taskId);
    if (!found) throw notFound('step', `${workflowId}/${taskId}`);
    return found;
  }
  return {
    projects: () => projects.list(),
    workflows: (filter) => workflows.list(filter),
    events: (filter) => events.list(filter),
    async project(id) {
      const project = await projects.find(id);
      if (!project) throw notFound('project', id);
      return project;
    },
    workflow,
    async steps(workflowId) {
      const found = await steps.list(workflowId);
      if (found.length === 0) throw notFound('workflow', workflowId);
      return found;
    },
    async step(workflowId, taskId) {
      return { step: await step(workflowId, taskId), runs: await agentRuns.forStep(workflowId, taskId) };
    },
    async log(workflowId, taskId, { attempt, tailBytes }) {
      const last = (await step(workflowId, taskId)).attempt;
      const output = await log.read({ workflowId, taskId, attempt: attempt ?? last }, tailBytes);
      return output ?? new Uint8Array();
    },
  };
}
