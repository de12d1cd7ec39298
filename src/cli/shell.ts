import type { Writable } from 'node:stream';

/** A stream that people or programs read. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; hasColors?(): boolean };

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
export type Paint = (style: Style, text: string) => string;

/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Shell {
  /** Resolves when the text is out of our hands; rejects with EPIPE when the reader has gone. */
  print(text: string | Uint8Array): Promise<void>;
  /** One line of progress. */
  say(line: string): void;
  /** For words on stdout. */
  readonly paint: Paint;
  /** For words on stderr. */
  readonly paintProgress: Paint;
  /** Whether a person reads stdout. */
  readonly isTerminal: boolean;
  /** Characters that fit on a line of stdout; no limit when no person reads it. */
  readonly width: number;
  /** Aborted when nobody reads stderr any more. */
  readonly unheard: AbortSignal;
  now(): number;
}

const USUAL_WIDTH = 80;

export function createShell(stdout: Output, stderr: Output): Shell {
  const unheard = new AbortController();
  stdout.on('error', ignore);
  stderr.on('error', (error) => unheard.abort(error));
  const isTerminal = stdout.isTTY === true;
  return {
    print: (text) => write(stdout, text),
    say: (line) => void stderr.write(`${line}\n`),
    paint: painterFor(stdout),
    paintProgress: painterFor(stderr),
    isTerminal,
    width: isTerminal ? (stdout.columns ?? USUAL_WIDTH) : Number.POSITIVE_INFINITY,
    unheard: unheard.signal,
    now: () => Date.now(),
  };
}

export function isPipeClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** Without a listener a closed pipe would end the process; the callback of the write tells of it. */
const ignore = (): undefined => undefined;

function write(stream: Output, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** `hasColors` is false where NO_COLOR is set. */
function painterFor(stream: Output): Paint {
  if (!stream.isTTY || !stream.hasColors?.()) return (_style, text) => text;
  return (style, text) => `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m`;
}
