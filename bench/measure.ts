import type { BareEngine } from './bare/engine.js';
import type { Studio } from './studio/studio.js';

/** What a measure works with: a studio of its own, and the bare engine on the same Temporal server. */
export interface Bench {
  readonly studio: Studio;
  readonly bare: BareEngine;
  /** How often to measure, when the measure would do it `usually` times. */
  samples(usually: number): number;
  /** For people who wait: what is being done now. */
  say(line: string): void;
}

/** One line of the table. */
export interface Row {
  readonly title: string;
  readonly unit: 'ms' | 's' | 'MB';
  /** In the unit of the row; left out for what is only shown. */
  readonly goal?: { readonly median: number; readonly worst?: number };
  readonly samples: readonly number[];
  /** Title of the row of the bare engine that this one is compared with. */
  readonly comparedWith?: string;
  /** Where the time goes: medians, in the unit of the row. */
  readonly parts?: Readonly<Record<string, number>>;
}

export interface Measure {
  /** For `--only`. */
  readonly name: string;
  /** For `--help`. */
  readonly what: string;
  run(bench: Bench): Promise<Row[]>;
}
