import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measure } from './measure.js';

export interface Options {
  readonly measures: readonly Measure[];
  readonly jsonFile: string;
  /** Instead of each measure's own number. */
  readonly samples?: number;
}

/** What the command line asks for; the text of `--help`, or what is wrong with it, instead. */
export function readOptions(args: string[], all: readonly Measure[], root: string): Options | { help: string } | { wrong: string } {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) return { help: helpText(all) };
    const measures = chosen(values.only ?? [], all);
    const samples = values.samples === undefined ? {} : { samples: count(values.samples) };
    return { measures, jsonFile: values.json ?? defaultFile(root), ...samples };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

const OPTIONS = {
  json: { type: 'string' },
  only: { type: 'string', multiple: true },
  samples: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

function chosen(names: readonly string[], all: readonly Measure[]): readonly Measure[] {
  const wanted = names.flatMap((name) => name.split(','));
  const unknown = wanted.find((name) => !all.some((measure) => measure.name === name));
  if (unknown !== undefined) throw new Error(`no measure "${unknown}"; expected one of ${all.map(({ name }) => name).join(', ')}`);
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`--samples is "${text}"; expected a whole number from 1 to 9999`);
  return Number(text);
}

function defaultFile(root: string): string {
  return join(root, 'bench', 'results', `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`);
}

function helpText(all: readonly Measure[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  return [
    'npm run bench -- [--only <name>]... [--samples <n>] [--json <file>]',
    '',
    'Starts a studio of its own in a temporary home, measures it, and leaves nothing behind.',
    '',
    '  --only <name>   only this measure; may be given again, or as a list with commas',
    '  --samples <n>   measure each n times, for a quick look or a close one',
    '  --json <file>   where the figures go; default bench/results/<date>.json',
    '',
    'Measures:',
    ...all.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`),
  ].join('\n');
}
