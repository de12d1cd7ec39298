import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureToken } from '../adapters/files/token-file.js';
import { type Config, readConfig } from '../config.js';
import { isPerennialError } from '../domain/errors.js';
import { pidFileOf, prepareHome } from './home-layout.js';
import { type HomeLock, lockHome } from './home-lock.js';
import { assertHttpPortFree } from './inner-ports.js';
import { type Studio, Supervisor } from './supervisor.js';
import { endLeftovers } from './takeover.js';
import { welcome } from './welcome.js';

/** The checkout or package: where `dist/` lies. */
const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** What `npm start` and `perennial up` run: everything, until SIGINT, SIGTERM or a closed terminal. Resolves with the exit code. */
export async function main(): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads);
  try {
    const config = readConfig();
    prepareHome(config);
    const lock = await lockHome(config.home, pidFileOf(config.home, 'supervisor'));
    return await runStudio(config, lock);
  } catch (error) {
    return explain(error);
  }
}

/** From here on signals end what runs, whatever is being started. */
async function runStudio(config: Config, lock: HomeLock): Promise<number> {
  const supervisor = new Supervisor({
    config,
    checkout: CHECKOUT,
    say,
  });
  const asked = askedToStop(say);
  try {
    await Promise.race([asked, supervisor.failed, startStudio(config, supervisor)]);
    await Promise.race([asked, supervisor.failed]);
    return 0;
  } catch (error) {
    return explain(error);
  } finally {
    await supervisor.close();
    await lock.release();
    say('Perennial has stopped');
  }
}

async function startStudio(config: Config, supervisor: Supervisor): Promise<void> {
  await endLeftovers(config.home, say);
  await assertHttpPortFree(config.http);
  const token = await ensureToken(join(config.home, 'token'));
  const studio = await supervisor.start();
  if (studio.temporalUiUrl) say(`Temporal's own UI: ${studio.temporalUiUrl}/namespaces/${config.temporal.namespace}/workflows`);
  say(`Perennial is ready at ${config.http.publicUrl ?? studio.url}/?token=${token}`);
  if (config.welcome) await showSomething(config, studio, token);
}

/** A studio without an example is a studio all the same. */
async function showSomething({ home, environment }: Config, { url }: Studio, token: string): Promise<void> {
  try {
    await welcome({ url, token, home, checkout: CHECKOUT, environment, say });
  } catch (error) {
    say(`The example could not be shown: ${(error as Error).message}`);
  }
}

/** Resolves at the first signal; each later one is only answered. */
function askedToStop(tell: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        tell(isStopping ? 'Already stopping: the parts are ended in order' : 'Stopping');
        isStopping = true;
        resolve();
      });
    }
  });
}

/** A terminal that is gone, or a pipe whose reader left, is no reason to stop, and none to end the parts without order. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function explain(error: unknown): number {
  process.stderr.write(`${isPerennialError(error) ? error.message : String((error as Error).stack ?? error)}\n`);
  return 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
