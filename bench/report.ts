import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Row } from './measure.js';
import { median } from './statistics.js';

/** The figures for programs, with what they were measured on. */
export function writeReport(file: string, rows: readonly Row[], system: unknown): void {
  const report = {
    at: new Date().toISOString(),
    machine: machine(),
    system,
    rows: rows.map((row) => ({ ...row, median: median(row.samples) })),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

function machine() {
  const [first] = cpus();
  return { cores: cpus().length, cpu: first?.model, memoryMb: Math.round(totalmem() / 2 ** 20), linux: release(), node: process.version };
}
