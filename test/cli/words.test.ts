import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createEventLines } from '../../src/cli/event-lines.js';
import { lastLines, newOutput } from '../../src/cli/log-text.js';
import { oneLine, table } from '../../src/cli/output.js';
import { createShell } from '../../src/cli/shell.js';
import { ago, duration } from '../../src/cli/times.js';

describe('tables', () => {
  const columns = [
    { title: 'ID', cell: ({ id }: { id: string; name: string }) => id },
    { title: 'NAME', cell: ({ name }: { id: string; name: string }) => name, isFlexible: true },
  ];

  test('the flexible column gives way, so that lines fit', () => {
    const lines = table([{ id: 'abc', name: 'a very long name indeed' }], columns, 20).split('\n');
    expect(lines).toEqual(['ID   NAME', 'abc  a very long na…']);
  });

  test('names cannot move the cursor or break a line', () => {
    expect(table([{ id: 'a\nb', name: '\u001b[2Jx' }], columns, 80)).toBe('ID   NAME\na b  [2Jx');
    expect(oneLine('a\r\n\tb')).toBe('a b');
  });
});

describe('colours', () => {
  test.each([
    ['a terminal that has them', { isTTY: true, hasColors: () => true }, '\u001b[31mx\u001b[39m'],
    ['a terminal where they are not wanted', { isTTY: true, hasColors: () => false }, 'x'],
    ['no terminal', { hasColors: () => true }, 'x'],
  ])('%s', (_what, properties, painted) => {
    const shell = createShell(Object.assign(new PassThrough(), properties), new PassThrough());
    expect(shell.paint('red', 'x')).toBe(painted);
    expect(shell.paintProgress('red', 'x')).toBe('x');
  });
});

describe('times', () => {
  const at = '2026-01-01T00:00:00.000Z';
  test.each([
    [500, 'now'],
    [-5_000, 'now'],
    [59_000, '59 s ago'],
    [180_000, '3 min ago'],
    [7_200_000, '2 h ago'],
    [86_400_000, '1 day ago'],
    [900_000_000, '10 days ago'],
  ])('%i ms ago is told as "%s"', (ms, told) => {
    expect(ago(at, Date.parse(at) + ms)).toBe(told);
  });

  test.each([
    [-1, '0.0 s'],
    [1_234, '1.2 s'],
    [59_960, '1 min 0 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
  ])('a duration of %i ms is told as "%s"', (ms, told) => {
    expect(duration(ms)).toBe(told);
  });
});

describe('events', () => {
  const plain = createEventLines((_style, text) => text);
  const event = { id: 1, at: '2026-01-01T00:00:00.000Z', taskId: 'a', attempt: 1, data: {} };

  test('what tells a person nothing new makes no line', () => {
    for (const type of ['agent-run-ended', 'step-integrated', 'a-type-of-a-later-version'])
      expect(plain.lineOf({ ...event, type })).toBeUndefined();
    expect(plain.lineOf({ ...event, type: 'agent-run-started', epoch: 1 })).toBeUndefined();
  });

  test('a step without changes says so, and its time is that of its last attempt', () => {
    const lines = createEventLines((_style, text) => text);
    lines.lineOf({ ...event, type: 'step-started' });
    lines.lineOf({ ...event, type: 'step-started', at: '2026-01-01T00:00:10.000Z', attempt: 2 });
    const line = lines.lineOf({ ...event, type: 'step-completed', at: '2026-01-01T00:00:12.500Z' });
    expect(line).toMatch(/✓ a completed \(nothing changed\) in 2\.5 s$/);
  });

  test('a command of many lines is told in one', () => {
    const line = plain.lineOf({ ...event, type: 'command-started', data: { kind: 'check', command: `set -e\n${'x'.repeat(1_000)}` } });
    expect(line).toMatch(/› a: check: set -e x+…$/);
  });
});

describe('following a log', () => {
  const bytes = (text: string) => Buffer.from(text);

  test('what is new is what comes after the printed bytes', () => {
    expect(String(newOutput(bytes('one\n'), bytes('one\ntwo\n')))).toBe('two\n');
    expect(String(newOutput(bytes(''), bytes('one\n')))).toBe('one\n');
    expect(String(newOutput(bytes('a\na\n'), bytes('a\na\na\n')))).toBe('a\n');
    expect(String(newOutput(bytes('one\n'), bytes('one\n')))).toBe('');
  });

  test('of a log that lost its middle it is what follows the last printed bytes', () => {
    const head = 'h'.repeat(5_000);
    const seen = `${head}${'m'.repeat(9_000)}${'e'.repeat(5_000)}`;
    expect(String(newOutput(bytes(seen), bytes(`${head}… left out …${'e'.repeat(5_000)}new`)))).toBe('new');
  });

  test('where nothing printed is left, all is new', () => {
    expect(String(newOutput(bytes('gone'), bytes('other')))).toBe('other');
  });

  test.each([
    ['a\nb\n', 1, 'b\n'],
    ['a\nb', 1, 'b'],
    ['a\nb\n', 2, 'a\nb\n'],
    ['a\nb\n', 9, 'a\nb\n'],
    ['\n\n', 1, '\n'],
    ['\n', 1, '\n'],
    ['', 3, ''],
  ])('of %j the last %i lines are %j', (text, count, expected) => {
    expect(String(lastLines(bytes(text), count))).toBe(expected);
  });
});
