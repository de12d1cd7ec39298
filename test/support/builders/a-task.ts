import type { GraphTask } from '../../../src/domain/graph.js';

/** A task of a graph as it is when a plan says nothing of it but its id. */
export function aGraphTask(given: Partial<GraphTask> & { id: string }): GraphTask {
  return {
    title: given.id,
    needs: [],
    agent: 'none',
    isGate: true,
    paths: [],
    priority: 3,
    timeoutMs: 1_800_000,
    maxAttempts: 2,
    onFailure: 'ask',
    ...given,
  };
}
