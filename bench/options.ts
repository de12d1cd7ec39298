import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measure } from './measure.js';

export interface Options {
  readonly measures: readonly Measure[];
  readonly jsonFile: string;
}

/** What the command line asks for; the text of `--help`, or what is wrong with it, instead. */
export function readOptions(args: string[], all: readonly Measure[], root: string): Options | { help: string } | { wrong: string } {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.help) return { help: helpText(all) };
    const measures = chosen(values.only ?? [], all);
    return { measures, jsonFile: values.json ?? defaultFile(root) };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

const OPTIONS = {
  json: { type: 'string' },
  only: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

function chosen(names: readonly string[], all: readonly Measure[]): readonly Measure[] {
  const wanted = names.flatMap((name) => name.split(','));
  const unknown = wanted.find((name) => !all.some((measure) => measure.name === name));
  if (unknown !== undefined) throw new Error(`no measure "${unknown}"; expected one of ${all.map(({ name }) => name).join(', ')}`);
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
}

function defaultFile(root: string): string {
  return join(root, 'bench', 'results', `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`);
}

function helpText(all: readonly Measure[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  return [
    'npm run bench -- [--only <name>]... [--json <file>]',
    '',
    'Starts a studio of its own in a temporary home, measures it, and leaves nothing behind.',
    '',
    '  --only <name>   only this measure; may be given again, or as a list with commas',
    '  --json <file>   where the figures go; default bench/results/<date>.json',
    '',
    'Measures:',
    ...all.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`),
  ].join('\n');
}
