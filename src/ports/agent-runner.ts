import type { StepError } from '../domain/outcome.js';
import type { Task } from '../domain/plan.js';

/** What an agent gets for one epoch of an attempt. */
export interface AgentJob {
  readonly task: Task;
  /** Runs commands one after the other, each once over all epochs of the attempt; stops at the first that does not exit with 0. */
  runCommands(commands: readonly string[]): Promise<CommandsResult>;
}

/** `unknown-outcome`: a command was cut off by a crash and is not to be repeated unasked. */
export type CommandsResult = { readonly kind: 'passed' } | { readonly kind: 'failed' | 'unknown-outcome'; readonly error: StepError };

export type AgentResult = CommandsResult;

/** One kind of agent. Cancellation reaches it as a rejection of what it awaits. */
export interface AgentRunner {
  readonly kind: string;
  run(job: AgentJob): Promise<AgentResult>;
}
