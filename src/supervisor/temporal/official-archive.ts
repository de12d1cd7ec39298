import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { unavailable } from '../../domain/errors.js';
import { CLI_VERSION, type PinnedCli } from './cli-release.js';
import { placeExecutable } from './verified-file.js';

const run = promisify(execFile);

const ANSWERS_WITHIN_MS = 10_000;
const DONE_WITHIN_MS = 600_000;

/** Takes the executable out of the archive that Temporal offers for download. */
export async function downloadArchive(pin: PinnedCli, target: string): Promise<void> {
  const url = `https://temporal.download/cli/archive/v${CLI_VERSION}?platform=linux&arch=${pin.arch}`;
  await placeExecutable(target, pin.sha256, async (folder) => {
    const archive = join(folder, 'temporal.tar.gz');
    await pipeline(await bodyOf(url), createWriteStream(archive), { signal: AbortSignal.timeout(DONE_WITHIN_MS) });
    await run('tar', ['-xzf', archive, '-C', folder, 'temporal']);
    return join(folder, 'temporal');
  });
}

/** The limit is on the answer's beginning: a machine without a way out must not hold up the next way for long. */
async function bodyOf(url: string): Promise<Readable> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(), ANSWERS_WITHIN_MS);
  try {
    const response = await fetch(url, { signal: slow.signal });
    if (!response.ok || !response.body) throw unavailable('temporal', `it answered ${response.status}`);
    return Readable.fromWeb(response.body as ReadableStream);
  } catch (cause) {
    const why = (cause as { cause?: Error }).cause?.message ?? (cause as Error).message;
    throw unavailable('temporal', `${url}: ${why}`, cause);
  } finally {
    clearTimeout(timer);
  }
}
