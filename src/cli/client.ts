import type { Config } from '../config.js';
import type {
  EventPageDocument,
  ProjectDocument,
  StepDocument,
  WorkflowDocument,
  WorkflowPageDocument,
  WorkflowSummaryDocument,
} from './documents.js';
import { ask, askJson, readBytes } from './request.js';

/** The API's calls that this command makes. Each throws `unavailable` when nobody answers and `refused` when the studio says no. */
export interface StudioClient {
  addProject(project: { source: string; name?: string; defaultBranch?: string }): Promise<ProjectDocument>;
  projects(): Promise<ProjectDocument[]>;
  /** The same `key` again is the same workflow. */
  accept(projectId: string, planText: string, key: string, signal?: AbortSignal): Promise<{ id: string; status: string }>;
  workflows(filter: WorkflowsFilter): Promise<WorkflowPageDocument>;
  /** Newest first, as many as there are. */
  everyWorkflow(): AsyncGenerator<WorkflowSummaryDocument>;
  workflow(id: string, signal?: AbortSignal): Promise<WorkflowDocument>;
  cancel(id: string, reason?: string): Promise<void>;
  steps(workflowId: string, signal?: AbortSignal): Promise<StepDocument[]>;
  step(workflowId: string, taskId: string, signal?: AbortSignal): Promise<StepDocument>;
  /** Output of an attempt as it is now. */
  log(workflowId: string, taskId: string, attempt: number, signal?: AbortSignal): Promise<Buffer>;
  /** Those with a higher id than `after`, oldest first. */
  events(workflowId: string, after: number, signal?: AbortSignal): Promise<EventPageDocument>;
}

export interface WorkflowsFilter {
  readonly projectId?: string | undefined;
  readonly status?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A clone or fetch of a large source takes minutes; fetch gives up by itself after 5. */
const SOURCE_TIMEOUT_MS = 290_000;
const LOG_TIMEOUT_MS = 60_000;
const PAGE = 500;

export function createClient(config: Config): StudioClient {
  const get = <T>(path: string, signal?: AbortSignal) => askJson<T>(config, { path, signal });
  const workflows = (filter: WorkflowsFilter) => get<WorkflowPageDocument>(`/workflows${query(filter)}`);
  return {
    addProject: (body) => askJson(config, { method: 'POST', path: '/projects', body, timeoutMs: SOURCE_TIMEOUT_MS }),
    projects: () => get('/projects'),
    accept: (projectId, planText, key, signal) =>
      askJson(config, {
        method: 'POST',
        path: `/projects/${encodeURIComponent(projectId)}/workflows`,
        body: { planText },
        headers: { 'idempotency-key': key },
        timeoutMs: SOURCE_TIMEOUT_MS,
        signal,
      }),
    workflows,
    async *everyWorkflow() {
      let cursor: string | undefined;
      do {
        const page = await workflows({ limit: PAGE, cursor });
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    },
    workflow: (id, signal) => get(workflowPath(id), signal),
    async cancel(id, reason) {
      const response = await ask(config, { method: 'POST', path: `${workflowPath(id)}/cancel`, body: { ...(reason && { reason }) } });
      await readBytes(response);
    },
    steps: (id, signal) => get(`${workflowPath(id)}/steps`, signal),
    step: (id, taskId, signal) => get(stepPath(id, taskId), signal),
    async log(id, taskId, attempt, signal) {
      const path = `${stepPath(id, taskId)}/log${query({ attempt: attempt || undefined })}`;
      return readBytes(await ask(config, { path, timeoutMs: LOG_TIMEOUT_MS, signal }), signal);
    },
    events: (id, after, signal) => get(`${workflowPath(id)}/events${query({ after })}`, signal),
  };
}

const workflowPath = (id: string): string => `/workflows/${encodeURIComponent(id)}`;
const stepPath = (id: string, taskId: string): string => `${workflowPath(id)}/steps/${encodeURIComponent(taskId)}`;

function query(values: object): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)] as [string, string]))}`;
}
