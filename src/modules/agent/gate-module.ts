import type { AttemptInput } from '../../domain/activities.js';
import type { AgentRunRepository } from '../../ports/agent-run-repository.js';
import { claimOf, type HandOut } from './claim-of.js';

export interface GateDeps {
  readonly agentRuns: AgentRunRepository;
  readonly host: string;
  /** Id of this incarnation of the worker. */
  readonly worker: string;
}

/** Tasks that no agent works on: they have no worktree and run nothing. */
export interface GateModule {
  /** Passes a gate; a repeat changes nothing. */
  pass(input: AttemptInput, handOut: HandOut): Promise<void>;
}

export function createGateModule(deps: GateDeps): GateModule {
  return { pass: (input, handOut) => deps.agentRuns.passGate(claimOf(deps, input, 'none', handOut)) };
}
