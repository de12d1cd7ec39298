import type { Measure } from './measure.js';
import { chainedGate } from './measures/chained-gate.js';
import { chainedScript } from './measures/chained-script.js';
import { firstCommand } from './measures/first-command.js';
import { idleMemory } from './measures/idle-memory.js';
import { secondStart } from './measures/second-start.js';
import { workerKill } from './measures/worker-kill.js';

/** In the order in which they run: memory after what fills it, and the starts last. */
export const measures: readonly Measure[] = [firstCommand, chainedGate, chainedScript, workerKill, idleMemory, secondStart];
