import { setTimeout as sleep } from 'node:timers/promises';
import { type PerennialError, unavailable } from '../domain/errors.js';
import { waitUntil } from './bounded-wait.js';
import { type PartFiles, PartLife } from './part-life.js';
import { tailOf } from './part-log.js';
import type { PartDeath, PartPlan } from './part-plan.js';
import { DEATHS_TO_GIVE_UP, shouldGiveUp, waitBeforeStartMs } from './restart-policy.js';

export interface PartEvents {
  /** It answers, at `where`, so long after its process was started. Told for each life. */
  ready(plan: PartPlan, where: string, tookMs: number): void;
  /** A life ended that nobody asked to end. The next one is started without waiting for what this call sets off. */
  died(death: PartDeath): void;
  /** It died too often before it was ready, or could not be prepared, and is not started again. */
  gaveUp(error: unknown): void;
}

/** `run/worker.pid` → `run/worker-spare.pid` */
export const spareFile = (pidFile: string): string => pidFile.replace(/\.pid$/, '-spare.pid');

/** A spare has begun nothing. */
const AT_ONCE = { signal: 'SIGKILL', waitMs: 5_000 } as const;

const READY_WITHIN_MS = 60_000;

/** One child process that is kept alive: started again whenever it dies, until it is closed or not worth another try. */
export class Part {
  readonly #ending = new AbortController();
  #life: PartLife | undefined;
  #spare: PartLife | undefined;
  #kept: Promise<void> = Promise.resolve();

  constructor(
    readonly plan: PartPlan,
    private readonly files: PartFiles,
    private readonly events: PartEvents,
  ) {}

  /** Resolves when it is ready for the first time, with where; rejects when it gave up or was closed before that. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#kept = this.#keep(resolve).then(
        () => reject(unavailable(this.plan.name, `${this.plan.title} was ended`)),
        (error: unknown) => {
          this.events.gaveUp(error);
          reject(error);
        },
      );
    });
  }

  /** Tells its present process something; nobody hears it while there is none. */
  send(message: string): void {
    this.#life?.send(message);
  }

  /** Ends it for good. May be called at any time, and again. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#spare?.end(AT_ONCE), this.#life?.end(this.plan.stop)]);
    await this.#kept;
  }

  async #keep(isReady: (where: string) => void): Promise<void> {
    let deathsBeforeReady = 0;
    while (await this.#mayStart(deathsBeforeReady)) {
      const { how, wasReady } = await this.#live(isReady);
      if (this.#ending.signal.aborted) return;
      deathsBeforeReady = wasReady ? 0 : deathsBeforeReady + 1;
      this.events.died({ name: this.plan.name, process: this.#life?.process, how, wasReady });
      if (shouldGiveUp(deathsBeforeReady)) throw this.#giveUp(how);
    }
  }

  async #mayStart(deathsBeforeReady: number): Promise<boolean> {
    const { signal } = this.#ending;
    await sleep(waitBeforeStartMs(deathsBeforeReady), undefined, { signal }).catch(() => undefined); // Rejects when it is aborted, and then alone.
    if (!signal.aborted) await this.plan.prepare?.();
    return !signal.aborted;
  }

  async #live(isReady: (where: string) => void): Promise<{ how: string; wasReady: boolean }> {
    const startedAt = performance.now();
    const life = this.#takeSpare() ?? new PartLife(this.plan, this.files);
    this.#life = life;
    const where = await this.#whenReady(life);
    if (where !== undefined) {
      this.events.ready(this.plan, where, performance.now() - startedAt);
      isReady(where);
      this.#keepSpare();
    }
    return { how: await life.ended, wasReady: where !== undefined };
  }

  /** Started when the first is ready. One that dies is not missed until the next life is ready. */
  #keepSpare(): void {
    const { spare } = this.plan;
    if (!spare || this.#ending.signal.aborted) return;
    const plan = { ...this.plan, args: [...this.plan.args, ...spare.args] };
    this.#spare = new PartLife(plan, { ...this.files, pidFile: spareFile(this.files.pidFile) });
  }

  /** It may still be loading: then it goes on as soon as it has. */
  #takeSpare(): PartLife | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    if (!spare || spare.isOver || !this.plan.spare) return undefined;
    spare.renamePidFile(this.files.pidFile);
    spare.send(this.plan.spare.takeOver);
    return spare;
  }

  /** Undefined when it died, was closed, or took too long (and is killed then). */
  async #whenReady(life: PartLife): Promise<string | undefined> {
    let where: string | undefined;
    const over = new AbortController();
    const isEnded = life.ended.then(() => over.abort());
    const signal = AbortSignal.any([over.signal, this.#ending.signal]);
    const probe = async () => {
      where = signal.aborted ? undefined : await this.plan.probe(life.message);
      return where !== undefined;
    };
    const limit = { forMs: this.plan.readyWithinMs ?? READY_WITHIN_MS, signal };
    const answered = await Promise.race([waitUntil(probe, limit), isEnded.then(() => false)]);
    if (!answered && !signal.aborted) life.killGroup();
    return answered && !signal.aborted ? where : undefined;
  }

  #giveUp(how: string): PerennialError {
    const tail = tailOf(this.files.logFile);
    const died = `${this.plan.title} died ${DEATHS_TO_GIVE_UP} times in a row before it was ready (last: ${how})`;
    return unavailable(this.plan.name, `${died}. The end of ${this.files.logFile}:\n${tail}`);
  }
}
