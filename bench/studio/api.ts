import { setTimeout as sleep } from 'node:timers/promises';

export interface StudioEvent {
  readonly id: number;
  /** ISO 8601. */
  readonly at: string;
  readonly type: string;
  readonly taskId?: string;
  readonly epoch?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PlanTask {
  readonly id: string;
  readonly needs?: readonly string[];
  readonly run?: readonly string[];
}

interface WorkflowDocument {
  readonly status: string;
}

/** Statuses in which nothing moves any more. */
const ENDED = ['completed', 'failed', 'cancelled'];

/** The studio's HTTP API, as far as it is measured. */
export class Api {
  constructor(
    private readonly origin: string,
    private readonly token: string,
  ) {}

  async addProject(source: string): Promise<string> {
    const { id } = (await this.#call('POST', '/api/projects', { source })) as { id: string };
    return id;
  }

  /** Resolves when the answer 202 is here. */
  async run(projectId: string, name: string, tasks: readonly PlanTask[]): Promise<string> {
    const plan = { version: 1, name, onFailure: 'fail', tasks };
    const { id } = (await this.#call('POST', `/api/projects/${projectId}/workflows`, { plan })) as { id: string };
    return id;
  }

  async cancel(workflowId: string): Promise<void> {
    await this.#call('POST', `/api/workflows/${workflowId}/cancel`, {});
  }

  /** Looks only after `quietMs` and then seldom, so that looking does not slow down what is measured. */
  async ended(workflowId: string, { quietMs = 0 } = {}): Promise<string> {
    await sleep(quietMs);
    for (;;) {
      const { status } = (await this.#call('GET', `/api/workflows/${workflowId}`)) as WorkflowDocument;
      if (ENDED.includes(status)) return status;
      await sleep(200);
    }
  }

  async events(workflowId: string): Promise<readonly StudioEvent[]> {
    return this.#events(`/api/workflows/${workflowId}/events?limit=10000`);
  }

  /** Those of the whole installation after `id`. */
  async eventsAfter(id: number): Promise<readonly StudioEvent[]> {
    return this.#events(`/api/events?limit=10000&after=${id}`);
  }

  async log(workflowId: string, taskId: string): Promise<string> {
    return (await this.#call('GET', `/api/workflows/${workflowId}/steps/${taskId}/log`)) as string;
  }

  system(): Promise<unknown> {
    return this.#call('GET', '/api/system');
  }

  async #events(path: string): Promise<readonly StudioEvent[]> {
    return ((await this.#call('GET', path)) as { items: StudioEvent[] }).items;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const response = await fetch(this.origin + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    const isJson = response.headers.get('content-type')?.includes('json');
    const text = await response.text();
    return isJson && text !== '' ? JSON.parse(text) : text;
  }
}
