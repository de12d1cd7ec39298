/** Everything a worker can run. The names are those of `src/domain/messages.ts`. */
export { runGraph } from './run-graph.js';
export { runTaskAsChild } from './run-task-as-child.js';
