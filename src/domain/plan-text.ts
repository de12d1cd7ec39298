import type { PlanIssue } from './plan-issue.js';
import { formatPath } from './plan-path.js';
import { utf8Length } from './utf8-length.js';

const TEXT_LIMIT = 4 * 1024 * 1024;
const DEPTH_LIMIT = 64;

/** A value of the input and the way to it. */
interface Place {
  readonly value: unknown;
  readonly key?: PropertyKey;
  readonly parent?: Place;
  readonly depth: number;
}

/**
 * What makes an input unfit to be looked at any closer: characters that no database takes, too much text, too many levels.
 * Every value costs at least one of the bytes that are allowed, so that shared or circular parts of the input cannot make the walk longer than
 * the longest plan.
 */
export function textIssue(input: unknown): PlanIssue | undefined {
  const open: Place[] = [{ value: input, depth: 0 }];
  let bytes = 0;
  for (let place = open.pop(); place; place = open.pop()) {
    const issue = issueAt(place);
    if (issue) return { path: pathOf(place), message: issue };
    const inside = placesInside(place);
    bytes += costOf(place) + inside.length;
    if (bytes > TEXT_LIMIT) return { path: '', message: `holds more than ${TEXT_LIMIT / 1024 / 1024} MB of text` };
    for (const next of inside) open.push(next);
  }
  return undefined;
}

function issueAt({ value, key, depth }: Place): string | undefined {
  if (depth > DEPTH_LIMIT) return `is nested more than ${DEPTH_LIMIT} levels deep`;
  if (key === '__proto__') return 'is not a key that a plan has here';
  return characterIssue(key) ?? characterIssue(value);
}

/** PostgreSQL takes neither of them in text, nor in JSON. */
function characterIssue(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (text.includes('\0')) return 'contains a NUL character, which no text of a plan may hold';
  return /\p{Surrogate}/u.test(text) ? 'contains half of a character (a lone surrogate), which no text of a plan may hold' : undefined;
}

function costOf({ value, key }: Place): number {
  return [value, key].reduce<number>((sum, text) => sum + (typeof text === 'string' ? utf8Length(text) : 0), 0);
}

function placesInside(parent: Place): Place[] {
  const { value } = parent;
  if (typeof value !== 'object' || value === null) return [];
  const depth = parent.depth + 1;
  if (Array.isArray(value)) return value.map((item, key) => ({ value: item, key, parent, depth }));
  return Object.entries(value).map(([key, item]) => ({ value: item, key, parent, depth }));
}

function pathOf(place: Place): string {
  const path: PropertyKey[] = [];
  for (let at: Place | undefined = place; at; at = at.parent) if (at.key !== undefined) path.unshift(at.key);
  return formatPath(path);
}
