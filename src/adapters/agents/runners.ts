import type { AgentRunner } from '../../ports/agent-runner.js';
import { noneRunner } from './none-runner.js';
import { scriptRunner } from './script-runner.js';

/** Every kind of agent that this build has. */
export const agentRunners: readonly AgentRunner[] = [scriptRunner, noneRunner];
