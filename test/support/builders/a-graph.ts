import { type GraphTask, linkGraph, type TaskGraph } from '../../../src/domain/graph.js';
import { aGraphTask } from './a-task.js';

/**
 * A graph from a drawing: `a -> b -> c, a -> d` says that b needs a, c needs b, d needs a; a name alone is a task without needs. Tasks stand in
 * the order in which they are first named. `shared` goes to all of them, `own` to single ones.
 */
export function aGraph(
  drawing: string,
  shared: Partial<GraphTask> = {},
  own: Readonly<Record<string, Partial<GraphTask>>> = {},
): TaskGraph {
  const chains = drawing.split(',').map((chain) => chain.split('->').map((name) => name.trim()));
  const ids = [...new Set(chains.flat())];
  const needs = new Map(ids.map((id) => [id, new Set<number>()]));
  for (const chain of chains) for (const [place, id] of chain.slice(1).entries()) needs.get(id)?.add(ids.indexOf(chain[place] as string));
  return linkGraph(ids.map((id) => aGraphTask({ id, needs: [...(needs.get(id) as Set<number>)], ...shared, ...own[id] })));
}
