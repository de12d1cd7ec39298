import { randomBytes } from 'node:crypto';
import type { Event } from '../../../src/domain/events.js';
import { type Plan, parsePlan } from '../../../src/domain/plan.js';
import type { Claim } from '../../../src/ports/agent-run-repository.js';
import type { NewProject } from '../../../src/ports/project-repository.js';
import type { NewWorkflow, Workflow } from '../../../src/ports/workflow-repository.js';
import type { Repositories } from '../../support/repositories.js';

/** Repositories that may hold what other tests left: tests look only at what they made. */
export type Open = () => Repositories;

export const BASE = 'b'.repeat(40);
export const COMMIT = 'c'.repeat(40);

export const anId = (): string => randomBytes(8).toString('hex');

export function newProject(overrides: Partial<NewProject> = {}): NewProject {
  const id = anId();
  return { id, name: `project ${id}`, source: `/srv/${id}`, defaultBranch: 'main', store: 'git', head: BASE, warnings: [], ...overrides };
}

/** A plan of gates with these ids. */
export const aPlan = (...ids: string[]): Plan => parsePlan({ version: 1, name: 'a plan', tasks: ids.map((id) => ({ id })) });

export async function newWorkflow(repositories: Repositories, overrides: Partial<NewWorkflow> = {}): Promise<NewWorkflow> {
  const projectId = overrides.projectId ?? (await repositories.projects.add(newProject())).project.id;
  return { id: anId(), projectId, plan: aPlan('a', 'b', 'c'), base: BASE, ...overrides };
}

/** A workflow that was accepted, with steps `a`, `b`, `c` unless its plan says otherwise. */
export async function accepted(repositories: Repositories, overrides: Partial<NewWorkflow> = {}): Promise<Workflow> {
  const { workflow } = await repositories.workflows.accept(await newWorkflow(repositories, overrides));
  return workflow;
}

/** The first attempt of step `a`, by worker `w1`. */
export function aClaim(workflowId: string, overrides: Partial<Claim> = {}): Claim {
  const worker = overrides.worker ?? 'host:1:w1';
  return {
    workflowId,
    taskId: 'a',
    attempt: 1,
    agent: 'script',
    host: 'host',
    worker,
    taskToken: 'dG9rZW4=',
    handedOutAt: 1,
    seq: 2,
    ...overrides,
  };
}

export async function eventsOf({ events }: Repositories, workflowId: string): Promise<Event[]> {
  return events.list({ workflowId, after: 0, limit: 100_000 });
}

/** What makes a claim another worker's. */
export const OTHER = { worker: 'host:2:w2', taskToken: 'b3RoZXI=' };

/** What was told of a workflow after its acceptance: `type` or `type taskId`. */
export async function told(repositories: Repositories, workflowId: string): Promise<string[]> {
  const events = await eventsOf(repositories, workflowId);
  return events.slice(1).map(({ type, taskId }) => (taskId === undefined ? type : `${type} ${taskId}`));
}

/** Resolves when the clock shows another millisecond, so that two writes cannot carry the same time. */
export async function nextMillisecond(): Promise<void> {
  const before = Date.now();
  while (Date.now() <= before + 1) await new Promise(setImmediate);
}
