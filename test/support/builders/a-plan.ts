/** A plan as somebody writes it: valid, one task, and whatever a test says besides. `tasks: 'a -> b'` draws them as for `aGraph`. */
export function aPlan(given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { tasks = [{ id: 'a' }], ...rest } = given;
  return { version: 1, name: 'a-plan', ...rest, tasks: typeof tasks === 'string' ? drawnTasks(tasks) : tasks };
}

/** Plain JSON text in, as from a file or a request: keys such as `__proto__` stay keys. */
export const planFromJson = (text: string): unknown => JSON.parse(text);

function drawnTasks(drawing: string): { id: string; needs: string[] }[] {
  const chains = drawing.split(',').map((chain) => chain.split('->').map((name) => name.trim()));
  const needs = new Map(chains.flat().map((id) => [id, new Set<string>()]));
  for (const chain of chains) for (const [place, id] of chain.slice(1).entries()) needs.get(id)?.add(chain[place] as string);
  return [...needs].map(([id, needed]) => ({ id, needs: [...needed] }));
}
