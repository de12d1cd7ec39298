import type { Row } from './measure.js';
import { median } from './statistics.js';

const HEAD = ['measure', 'goal', 'median', 'min', 'max', 'n', 'bare', 'ratio'];

/** The rows as an aligned table, with the parts of a row below it. */
export function formatTable(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => [cells(row, rows), ...partLines(row)]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [HEAD, rule, ...lines].map((line) => align(line, widths)).join('\n');
}

function cells(row: Row, rows: readonly Row[]): string[] {
  const bare = rows.find(({ title }) => title === row.comparedWith);
  const own = median(row.samples);
  const [least, most] = [Math.min(...row.samples), Math.max(...row.samples)];
  return [
    row.title,
    goalText(row),
    amount(own, row.unit),
    amount(least, row.unit),
    amount(most, row.unit),
    `${row.samples.length}`,
    bare ? amount(median(bare.samples), bare.unit) : '',
    bare ? (own / median(bare.samples)).toFixed(1) : '',
  ];
}

function goalText({ goal, unit }: Row): string {
  if (!goal) return '';
  const worst = goal.worst === undefined ? '' : `, worst ${goal.worst}`;
  return `${goal.median}${worst} ${unit}`;
}

function partLines({ parts = {}, unit }: Row): string[][] {
  return Object.entries(parts).map(([name, value]) => [`    ${name}`, '', amount(value, unit)]);
}

function amount(value: number, unit: Row['unit']): string {
  if (!Number.isFinite(value)) return '-';
  return `${value.toFixed(unit === 's' ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

function align(line: readonly string[], widths: readonly number[]): string {
  return widths
    .map((width, column) => (column === 0 ? (line[column] ?? '').padEnd(width) : (line[column] ?? '').padStart(width)))
    .join('  ')
    .trimEnd();
}
