import { unavailable } from '../../../src/domain/errors.js';
import type { WorkflowEngine } from '../../../src/ports/workflow-engine.js';

/** Notes what it is asked; keeps which runs there are. */
export class RecordingEngine implements WorkflowEngine {
  /** Of every run that was started: running, or over. */
  readonly runs = new Map<string, 'running' | 'ended'>();
  readonly started: { workflowId: string; projectId: string; title: string }[] = [];
  readonly cancelled: { workflowId: string; reason: string }[] = [];
  /** Tokens that can still be released; each works once. */
  readonly tokens = new Set<string>();
  readonly releasedWorkflows: string[] = [];
  isAway = false;

  async start(request: { workflowId: string; projectId: string; title: string }) {
    this.answer();
    if (this.runs.has(request.workflowId)) return;
    this.runs.set(request.workflowId, 'running');
    this.started.push(request);
  }

  async cancel(workflowId: string, reason: string) {
    this.answer();
    if (this.runs.get(workflowId) !== 'running') return false;
    this.cancelled.push({ workflowId, reason });
    return true;
  }

  async releaseActivity(taskToken: string) {
    this.answer();
    return this.tokens.delete(taskToken) ? ('released' as const) : ('stale' as const);
  }

  async releaseWorkflow(workflowId: string, deadWorker: string) {
    this.answer();
    this.releasedWorkflows.push(`${workflowId} of ${deadWorker}`);
  }

  async isReachable() {
    return !this.isAway;
  }

  private answer(): void {
    if (this.isAway) throw unavailable('temporal', 'Temporal does not answer');
  }
}
