/** Temporal, as the modules need it. Every method may be repeated. */
export interface WorkflowEngine {
  /** Starts `runGraph` under the workflow's id; one that was started before stays. Throws `unavailable` when Temporal does not answer. */
  start(request: { workflowId: string; projectId: string; title: string }): Promise<void>;
  /** Asks a run to cancel; `false` when there is no such run (never started, or over). */
  cancel(workflowId: string, reason: string): Promise<boolean>;
  /** Gives an activity of a dead worker out again. A token whose attempt is over is refused without effect. */
  releaseActivity(taskToken: string): Promise<'released' | 'stale'>;
  /** Gives out again what a dead worker was handed but never claimed, in one workflow, and lets any worker take its workflow tasks at once. */
  releaseWorkflow(workflowId: string, deadWorker: string): Promise<void>;
  /** Whether Temporal answers. */
  isReachable(): Promise<boolean>;
}
