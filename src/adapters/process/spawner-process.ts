import { runProgram } from './run-program.js';
import type { SpawnerAnswer, SpawnerRequest } from './spawner.js';

/** The small process of a spawner: runs what it is told, and ends when its parent is gone. */
process.on('message', ({ id, call }: SpawnerRequest) => {
  void runProgram(call).then((end) => process.connected && process.send?.({ id, end } satisfies SpawnerAnswer));
});
process.on('disconnect', () => process.exit());
