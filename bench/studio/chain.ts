import type { Api, PlanTask, StudioEvent } from './api.js';

/** Tasks of which each needs the one before it. */
export function chainOf(length: number, work: (n: number) => readonly string[] | undefined): PlanTask[] {
  return Array.from({ length }, (_, index) => {
    const run = work(index + 1);
    return { id: taskId(index + 1), ...(index > 0 && { needs: [taskId(index)] }), ...(run && { run }) };
  });
}

const taskId = (n: number): string => `task-${String(n).padStart(3, '0')}`;

export interface ChainRun {
  /** From the start of the run to its end, as the events tell it. */
  readonly totalMs: number;
  readonly events: readonly StudioEvent[];
}

/** Runs a plan to its end; throws unless it completed. `quietMs`: for how long nobody looks. */
export async function runToEnd(api: Api, projectId: string, tasks: readonly PlanTask[], quietMs: number): Promise<ChainRun> {
  const id = await api.run(projectId, `chain of ${tasks.length}`, tasks);
  const status = await api.ended(id, { quietMs });
  if (status !== 'completed')
    throw new Error(`a run of the benchmark ended ${status}: ${JSON.stringify((await api.events(id)).slice(-5))}`);
  const events = await api.events(id);
  return { totalMs: timeOf(events, 'workflow-completed') - timeOf(events, 'workflow-started'), events };
}

function timeOf(events: readonly StudioEvent[], type: string): number {
  const event = events.find((one) => one.type === type);
  if (!event) throw new Error(`no event ${type} was told`);
  return Date.parse(event.at);
}
