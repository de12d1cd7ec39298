import { unavailable } from '../domain/errors.js';
import { Part, type PartEvents } from './part.js';
import type { PartFiles } from './part-life.js';
import type { PartName, PartPlan } from './part-plan.js';

/** Who needs another ends before it. */
const END_ORDER: readonly PartName[] = ['worker', 'app', 'temporal', 'postgres'];

/** All parts that run, started in any order, some at once, and ended in one. */
export class PartKeeper {
  readonly #parts = new Map<PartName, Part>();
  readonly #closing = new AbortController();

  constructor(
    private readonly filesOf: (name: PartName) => PartFiles,
    private readonly events: PartEvents,
    /** A line for the person who started it all. */
    readonly say: (line: string) => void,
  ) {}

  /** Aborted when no part may be started any more. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Starts a part and keeps it alive; resolves when it is ready, with where. */
  async keep(plan: PartPlan): Promise<string> {
    if (this.closing.aborted) throw unavailable(plan.name, `${plan.title} was not started: everything is being ended`);
    const part = new Part(plan, this.filesOf(plan.name), this.events);
    this.#parts.set(plan.name, part);
    return part.start();
  }

  /** As `Part.send`. */
  send(name: PartName, message: string): void {
    this.#parts.get(name)?.send(message);
  }

  /** Ends the parts, one after another. May be called again. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const name of END_ORDER) await this.#parts.get(name)?.close();
  }
}
