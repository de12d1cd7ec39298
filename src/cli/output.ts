/** A column of a table. The one that is `flexible` gives way when the line gets too long. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
  readonly isFlexible?: boolean;
}

const GAP = '  ';
const LEAST_FLEXIBLE = 10;

/** Rows under titles, aligned, no line longer than `width` as far as the flexible column can give way. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], width: number): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ cell }) => oneLine(cell(row))))];
  const widths = columnWidths(columns, cells, width);
  return cells.map((line) => `${line.map((text, index) => padded(text, widths[index] as number)).join(GAP)}`.trimEnd()).join('\n');
}

/** Names and values, one a line, values aligned; empty values are left out. */
export function fields(pairs: readonly (readonly [name: string, value: string | undefined])[]): string {
  const given = pairs.filter((pair): pair is readonly [string, string] => Boolean(pair[1]));
  const widest = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => `${name.padEnd(widest)}${GAP}${oneLine(value)}`).join('\n');
}

export function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What people wrote, made harmless for a terminal: control characters become spaces. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

export function shortened(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function columnWidths(columns: readonly Column<never>[], cells: readonly (readonly string[])[], width: number): number[] {
  const natural = columns.map((_, index) => Math.max(...cells.map((line) => [...(line[index] ?? '')].length)));
  const total = natural.reduce((sum, size) => sum + size, GAP.length * (columns.length - 1));
  const excess = Math.max(0, total - width);
  return natural.map((size, index) => (columns[index]?.isFlexible ? Math.max(Math.min(size, LEAST_FLEXIBLE), size - excess) : size));
}

function padded(text: string, width: number): string {
  const shown = shortened(text, width);
  return shown + ' '.repeat(width - [...shown].length);
}
