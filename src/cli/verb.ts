import { InvalidArgumentError } from 'commander';
import type { Config } from '../config.js';
import type { StudioClient } from './client.js';
import type { ExitCode } from './failures.js';
import type { Shell } from './shell.js';

/** What a verb works with. */
export interface VerbContext {
  readonly shell: Shell;
  readonly config: Config;
  readonly studio: StudioClient;
}

/** What every verb takes. */
export interface JsonOption {
  readonly json?: true;
}

export const JSON_OPTION = ['--json', 'print the result as one JSON document'] as const;

/** Makes an action of commander's out of a verb; what it returns is how the command exits, nothing is `done`. */
export type Act = <A extends unknown[]>(
  verb: (context: VerbContext, ...args: A) => Promise<ExitCode | undefined>,
) => (...args: A) => Promise<void>;

/** For options that take a number of things. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Help ends with an example that can be typed as it stands. */
export function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
