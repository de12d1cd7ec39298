/** Thrown by every call of a life that has ended: nothing that comes after may have an effect. */
export class Crash extends Error {
  constructor(at: string) {
    super(`the worker died at ${at}`);
    this.name = 'Crash';
  }
}

/** What goes wrong at a call: an error that is given back instead of (`before`) or despite (`after`) its effect. */
export interface Fault {
  /** 0 for the first call of this life. */
  readonly call: number;
  readonly when: 'before' | 'after';
  /** Left out: the worker dies there, and no later call of it does anything. */
  readonly error?: Error;
}

/** The calls of one life to the outside, in order, as `store.openSession`; and where that life goes wrong. */
export class Journal {
  readonly calls: string[] = [];
  private death: Crash | undefined;
  private readonly refusals = new Map<string, Error>();
  private readonly meanwhile = new Map<string, () => Promise<void>>();

  constructor(private readonly fault?: Fault) {}

  /** From now on a call of this name has no effect and throws. */
  refuse(call: string, error: Error): void {
    this.refusals.set(call, error);
  }

  /** What others do just before the first call of this name. */
  before(call: string, happens: () => Promise<void>): void {
    this.meanwhile.set(call, happens);
  }

  allow(call: string): void {
    this.refusals.delete(call);
  }

  async pass<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (this.death) throw this.death;
    const place = this.calls.push(name) - 1;
    const refusal = this.refusals.get(name);
    if (refusal) throw refusal;
    this.failAt(place, 'before');
    const happens = this.meanwhile.get(name);
    this.meanwhile.delete(name);
    await happens?.();
    const result = await call();
    if (this.death) throw this.death;
    this.failAt(place, 'after');
    return result;
  }

  private failAt(place: number, when: Fault['when']): void {
    if (this.fault?.call !== place || this.fault.when !== when) return;
    if (this.fault.error) throw this.fault.error;
    this.death = new Crash(`${when} ${this.calls[place]}`);
    throw this.death;
  }
}

/** The port, with every call of the named methods noted (and broken, where it is to be). What else it has is untouched. */
export function watched<T extends object>(journal: Journal, name: string, port: T, methods: readonly (keyof T & string)[]): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...given: unknown[]) => unknown;
      if (!methods.includes(key as keyof T & string)) return method;
      return (...given: unknown[]) => journal.pass(`${name}.${String(key)}`, async () => method(...given));
    },
  });
}
