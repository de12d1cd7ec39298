import { fileURLToPath } from 'node:url';
import { BareEngine } from './bare/engine.js';
import { measures } from './catalogue.js';
import type { Row } from './measure.js';
import { type Options, readOptions } from './options.js';
import { writeReport } from './report.js';
import { Studio } from './studio/studio.js';
import { formatTable } from './table.js';

/** The checkout: this file is compiled to `dist/bench/`. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm run bench` runs. Resolves with the exit code. */
export async function main(args: string[]): Promise<number> {
  const options = readOptions(args, measures, ROOT);
  if ('wrong' in options) {
    console.error(`bench: ${options.wrong}`);
    return 2;
  }
  if ('help' in options) {
    console.log(options.help);
    return 0;
  }
  try {
    const { rows, system } = await measureAll(options);
    writeReport(options.jsonFile, rows, system);
    console.log(`\n${formatTable(rows)}\n\nThe figures are in ${options.jsonFile}`);
    return 0;
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    return 1;
  }
}

/** Whatever happens, Ctrl-C too, the studio is ended and its home removed. */
async function measureAll(options: Options): Promise<{ rows: Row[]; system: unknown }> {
  const [studio, bare] = [new Studio(ROOT), new BareEngine()];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  try {
    return await Promise.race([measure(options, studio, bare), interrupted]);
  } finally {
    await bare.close();
    await studio.close();
  }
}

async function measure(options: Options, studio: Studio, bare: BareEngine): Promise<{ rows: Row[]; system: unknown }> {
  say('starting a studio');
  await studio.start();
  await bare.start(studio.temporalAddress, studio.home);
  const rows: Row[] = [];
  const samples = (usually: number) => options.samples ?? usually;
  for (const one of options.measures) {
    say(one.what);
    rows.push(...(await one.run({ studio, bare, samples, say })));
  }
  return { rows: withoutRepeats(rows), system: await studio.api.system() };
}

/** Several measures run the same baseline; its samples become one row. */
function withoutRepeats(rows: readonly Row[]): Row[] {
  const byTitle = new Map<string, Row>();
  for (const row of rows) {
    const before = byTitle.get(row.title);
    byTitle.set(row.title, before ? { ...before, samples: [...before.samples, ...row.samples] } : row);
  }
  return [...byTitle.values()];
}

function say(line: string): void {
  console.error(`  ${line}`);
}
