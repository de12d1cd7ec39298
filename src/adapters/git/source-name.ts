import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PerennialError, rejected } from '../../domain/errors.js';

/** A source as a person may give it: a path of this machine, or the URL of a server. */
export type SourceName = { readonly kind: 'path'; readonly path: string } | { readonly kind: 'url'; readonly url: string };

const SERVER_URL = /^(https|ssh):\/\/[A-Za-z0-9[][^\s]*$/i;
/** `user@host:path`, as ssh reads it. */
const SCP_LIKE = /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s-][^\s]*$/;
const EXPECTED = 'the path of a git repository on this machine, or an https, ssh or file URL';

/** Throws `source-refused` for what git would take as an option or as a command. */
export function parseSource(source: string): SourceName {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (source === '' || source.startsWith('-') || /[\u0000-\u001f\u007f]/.test(source)) throw sourceRefused(source, EXPECTED);
  if (/^file:\/\//i.test(source)) return { kind: 'path', path: filePath(source) };
  if (SERVER_URL.test(source)) return { kind: 'url', url: source };
  if (/^[A-Za-z][A-Za-z0-9+.-]*::?\/?\//.test(source) || /^[A-Za-z0-9+.-]+::/.test(source)) throw sourceRefused(source, EXPECTED);
  if (SCP_LIKE.test(source) && !isAbsolute(source)) return { kind: 'url', url: source };
  return { kind: 'path', path: resolve(source) };
}

function filePath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw sourceRefused(url, EXPECTED, cause);
  }
}

export function sourceRefused(source: string, expected: string, cause?: unknown): PerennialError {
  const error = rejected('source-refused', `source "${withoutSecret(source)}" is refused: expected ${expected}`);
  if (cause !== undefined) error.cause = cause;
  return error;
}

/** A URL may carry a password. */
function withoutSecret(source: string): string {
  return source.replace(/\/\/[^/@\s]*@/, '//').slice(0, 300);
}

/** A name for people: the last part of the path, without `.git`. */
export function nameOfSource(source: string): string {
  const parts = source.replace(/\.git\/*$/, '').split(/[/:]/);
  return (parts.filter(Boolean).at(-1) ?? 'repository').slice(0, 100);
}

/** Git itself accepts `$(id)`, blanks of other scripts and marks that turn text around; names that people see in commands take no such thing. */
const BRANCH = /^[A-Za-z0-9][A-Za-z0-9._/+#@=-]{0,199}$/;
const BAD_PART = /(^|\/)[.-]|\.(\/|$)|\.lock(\/|$)|\.\.|\/\/|\/$|@\{/;

/** Throws `source-refused` for a branch name outside the allow-list, and for names below `perennial`, where our own branches are. */
export function checkBranch(branch: string): string {
  if (BRANCH.test(branch) && !BAD_PART.test(branch) && !/^perennial(\/|$)/.test(branch) && branch !== 'HEAD') return branch;
  const shown = JSON.stringify(branch.slice(0, 80)).replace(/[^\x20-\x7e]/g, '?');
  throw rejected('source-refused', `branch ${shown} is refused: expected letters, digits and ._/+#@=-, not below "perennial/"`);
}
