import type { FinishInput } from '../../domain/activities.js';
import { bug, notFound } from '../../domain/errors.js';
import type { TaskOutcome } from '../../domain/outcome.js';
import type { Clock } from '../../ports/clock.js';
import type { RadicleSessionRecord, RadicleSessionRepository } from '../../ports/radicle-session-repository.js';
import type { Integration, Store } from '../../ports/store.js';
import type { WorkflowStep, WorkflowStepRepository } from '../../ports/workflow-step-repository.js';

export interface RadicleDeps {
  readonly steps: WorkflowStepRepository;
  readonly sessions: RadicleSessionRepository;
  readonly store: Store;
  readonly clock: Clock;
}

/** What becomes of an attempt's work in the repository. */
export interface RadicleModule {
  /** Commits the checked tree, merges the commit onto the integration branch and records the step. Each part is found when it was made before. */
  finish(input: FinishInput): Promise<TaskOutcome>;
}

export function createRadicleModule(deps: RadicleDeps): RadicleModule {
  return {
    async finish(input) {
      const step = await deps.steps.find(input.workflowId, input.taskId);
      const session = await deps.sessions.find(input);
      if (!step) throw notFound('step', `${input.workflowId}/${input.taskId}`);
      if (!session) throw bug('an attempt that ended has no session', { workflowId: input.workflowId, taskId: input.taskId });
      const commit = await commitTree(deps, input, step, session);
      const integration = commit ? await integrate(deps, input, commit) : undefined;
      if (integration?.kind === 'conflict') return conflictWith(integration.files);
      await deps.steps.complete({
        ...completionOf(input),
        ...(commit && { commit }),
        ...(integration && { integrated: integration.head }),
      });
      return { kind: 'completed', ...(commit && { commit }) };
    },
  };
}

function commitTree(
  { store, clock }: RadicleDeps,
  input: FinishInput,
  step: WorkflowStep,
  session: RadicleSessionRecord,
): Promise<string | undefined> {
  const { title, agent } = step.task;
  const at = step.startedAt ?? clock.now();
  return store.commit({ projectId: input.projectId, attempt: input, base: session.base, tree: input.tree, title, agent, at });
}

function integrate({ store, clock }: RadicleDeps, input: FinishInput, commit: string): Promise<Integration> {
  return store.integrate({ projectId: input.projectId, attempt: input, commit, at: clock.now() });
}

/** The number after the one that the attempt began with: the graph hands them out in pairs. */
function completionOf({ workflowId, taskId, attempt, seq }: FinishInput) {
  return { workflowId, taskId, attempt, seq: seq + 1 };
}

const FILES_SHOWN = 20;

function conflictWith(files: readonly string[]): TaskOutcome {
  const more = files.length > FILES_SHOWN ? ` and ${files.length - FILES_SHOWN} more` : '';
  const message = `the work conflicts with what was merged meanwhile, in ${files.slice(0, FILES_SHOWN).join(', ')}${more}`;
  return { kind: 'conflict', error: { code: 'conflict', message } };
}
