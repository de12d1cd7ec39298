import type { Config } from '../config.js';
import { startDatabase } from './database-part.js';
import { startEngine } from './engine-part.js';
import { filesOf } from './home-layout.js';
import { chooseInnerPorts, type InnerPorts, publishPorts, withdrawPorts } from './inner-ports.js';
import { PartKeeper } from './part-keeper.js';
import type { PartDeath, PartPlan } from './part-plan.js';
import { appPart, HAND_OVER, type Servers, workerPart } from './role-part.js';

export interface SupervisorOptions {
  readonly config: Config;
  /** The folder that has `dist/`. */
  readonly checkout: string;
  readonly say: (line: string) => void;
}

/** A studio that runs. */
export interface Studio {
  /** Of the app, without a slash at the end. */
  readonly url: string;
  /** Left out when Temporal is not ours. */
  readonly temporalUiUrl?: string;
}

/** The parts of one studio, each started as soon as what it needs is ready. The caller holds the home's lock. */
export class Supervisor {
  /** Rejects when a part is given up. */
  readonly failed: Promise<never>;
  readonly #keeper: PartKeeper;

  constructor(private readonly options: SupervisorOptions) {
    const { config, say } = options;
    let giveUp: (error: unknown) => void = () => undefined;
    this.failed = new Promise((_, reject) => {
      giveUp = reject;
    });
    this.failed.catch(() => undefined); // Who awaits it is told; nobody may be waiting yet.
    this.#keeper = new PartKeeper((name) => filesOf(config, name), { ready: this.#sayReady, died: this.#died, gaveUp: giveUp }, say);
  }

  async start(): Promise<Studio> {
    const { config } = this.options;
    const ports = await chooseInnerPorts(config.home);
    const [databaseUrl, temporalAddress] = await Promise.all([
      startDatabase(config, ports.postgres, this.#keeper),
      startEngine(config, ports, this.#keeper),
    ]);
    const servers = { databaseUrl, temporalAddress };
    const url = await this.#startRoles(servers, ports);
    const ui = config.temporal.address ? {} : { temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}` };
    return { url, ...ui };
  }

  /** Ends everything in reverse order. May be called at any time, and again. */
  async close(): Promise<void> {
    await this.#keeper.close();
    withdrawPorts(this.options.config.home);
  }

  /** Resolves with the app's URL. The ports are told before the roles are ready, as the app shows where Temporal's UI is. */
  async #startRoles(servers: Servers, ports: InnerPorts): Promise<string> {
    const { config, checkout } = this.options;
    const { home, databaseUrl, temporal } = config;
    const inner = {
      ...(!databaseUrl && { postgres: ports.postgres }),
      ...(!temporal.address && { temporal: ports.temporal, temporalUi: ports.temporalUi }),
    };
    publishPorts(home, inner);
    let httpPort: number | undefined;
    const worker = this.#keeper.keep(workerPart(config, checkout, servers));
    const app = this.#keeper.keep(appPart(config, checkout, servers, () => httpPort)).then((url) => {
      httpPort = Number(new URL(url).port || 80);
      publishPorts(home, { http: httpPort, ...inner });
      return url;
    });
    const [url] = await Promise.all([app, worker]);
    return url;
  }

  readonly #sayReady = ({ title }: PartPlan, where: string, tookMs: number): void => {
    this.options.say(`${title} is ready on ${where} (${(tookMs / 1_000).toFixed(1)} s)`);
  };

  /** What a dead worker held is given out again while the next one is being started. */
  readonly #died = ({ name, how }: PartDeath): void => {
    this.options.say(`${name} ended unasked (${how}); starting it again`);
    if (name === 'worker') this.#keeper.send('app', HAND_OVER);
  };
}
