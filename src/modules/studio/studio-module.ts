import { notFound } from '../../domain/errors.js';
import { integrationBranch } from '../../domain/names.js';
import type { AgentRun, AgentRunRepository } from '../../ports/agent-run-repository.js';
import type { Project, ProjectRepository } from '../../ports/project-repository.js';
import type { Store } from '../../ports/store.js';
import type { WorkflowRepository, WorkflowSummary } from '../../ports/workflow-repository.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';

export interface StudioDeps {
  readonly projects: ProjectRepository;
  readonly workflows: WorkflowRepository;
  readonly steps: WorkflowStepRepository;
  readonly agentRuns: AgentRunRepository;
  readonly store: Store;
}

export interface WorkflowView extends WorkflowSummary {
  readonly integration: { readonly branch: string; readonly head: string };
}

/** The read side: what people look at. Throws `not-found` for what is not there. */
export interface StudioModule {
  project(id: string): Promise<Project>;
  workflow(id: string): Promise<WorkflowView>;
  steps(workflowId: string): Promise<WorkflowStep[]>;
  step(workflowId: string, taskId: string): Promise<{ step: WorkflowStep; runs: AgentRun[] }>;
}

export function createStudioModule({ projects, workflows, steps, agentRuns, store }: StudioDeps): StudioModule {
  async function workflow(id: string): Promise<WorkflowView> {
    const summary = await workflows.summary(id);
    if (!summary) throw notFound('workflow', id);
    const head = await store.integrationHead({ projectId: summary.projectId, workflowId: id });
    return { ...summary, integration: { branch: integrationBranch(id), head: head ?? summary.base } };
  }
  return {
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
      const step = await steps.find(workflowId, taskId);
      if (!step) throw notFound('step', `${workflowId}/${taskId}`);
      return { step, runs: await agentRuns.forStep(workflowId, taskId) };
    },
  };
}
