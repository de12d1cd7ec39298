import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newHome, removeHome, startStudio } from '../support/studio.js';
import { processOf } from '../support/studio-processes.js';
import { eventually } from './support/parts.js';

const ENTRY = join(import.meta.dirname, '../../scripts/start.mjs');
const PARTS = ['postgres', 'temporal', 'app', 'worker'] as const;
const MINUTES_MS = 240_000;

/** `npm start` until it ends by itself, or `act` ends it. */
async function npmStart(env: Record<string, string>, act?: (child: ReturnType<typeof spawn>, output: () => string) => Promise<void>) {
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...inherited, PERENNIAL_WELCOME: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  await act?.(child, () => output);
  return { code: await closed, output };
}

test(
  'a second start says who holds the home and stops; what a killed one left is ended and taken over',
  async () => {
    const home = newHome();
    const first = await startStudio({ home });
    const holder = processOf(home, 'supervisor');
    const second = await npmStart({ PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '0' });
    expect(second).toEqual({ code: 1, output: expect.stringContaining(`(pid ${holder?.pid}, since`) });

    await first.kill('supervisor');
    const left = PARTS.map((part) => processOf(home, part));
    expect(left).not.toContain(undefined);
    const next = await startStudio({ home });
    for (const part of PARTS) expect(next.output()).toContain(`Ending the ${part} that a killed \`npm start\` left`);
    expect(PARTS.map((part) => processOf(home, part)?.pid)).not.toEqual(left.map((process) => process?.pid));
    await next.stop();
    await removeHome(home);
  },
  MINUTES_MS,
);

test(
  'a second Ctrl-C is no force: it is answered, the parts end in order, and nothing is left',
  async () => {
    const home = newHome();
    const { code, output } = await npmStart({ PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '0' }, async (child, said) => {
      await eventually(() => said().includes('Perennial is ready at'), 'it is ready');
      child.kill('SIGINT');
      await eventually(() => said().includes('Stopping'), 'it is stopping');
      child.kill('SIGINT');
    });
    expect(code).toBe(0);
    expect(output).toContain('Already stopping');
    expect(readdirSync(join(home, 'run'))).toEqual([]);
    await removeHome(home);
  },
  MINUTES_MS,
);

test(
  'a signal during the start ends what was started',
  async () => {
    const home = newHome();
    const { code } = await npmStart({ PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '0' }, async (child, said) => {
      await eventually(() => said().includes('PostgreSQL') || child.exitCode !== null, 'PostgreSQL is ready');
      child.kill('SIGTERM');
    });
    expect(code).toBe(0);
    expect(readdirSync(join(home, 'run'))).toEqual([]);
    await removeHome(home);
  },
  MINUTES_MS,
);

test(
  'parts that are killed are started again, on the ports they had',
  async () => {
    const home = newHome();
    const studio = await startStudio({ home });
    for (const part of PARTS) {
      const dead = await studio.kill(part);
      await eventually(() => (processOf(home, part)?.pid ?? dead.pid) !== dead.pid, `${part} is started again`);
    }
    const answers = async () => (await fetch(await urlOf(studio.output()))).status;
    await expect(untilAnswers(answers)).resolves.toBe(200);
    await studio.stop();
    await removeHome(home);
  },
  MINUTES_MS,
);

test('an HTTP port that is taken is said before anything is started', async () => {
  const home = newHome();
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  const { code, output } = await npmStart({ PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: String(port) });
  expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(new RegExp(`port ${port} .*PERENNIAL_HTTP_PORT`)) });
  expect(existsSync(join(home, 'postgres'))).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  await removeHome(home);
}, 60_000);

async function urlOf(output: string): Promise<string> {
  const [, url] = /App is ready on (\S+)/.exec(output) ?? [];
  return `${url}/healthz`;
}

async function untilAnswers(answers: () => Promise<number>): Promise<number> {
  let status = 0;
  let isAsking = false;
  const ask = () => {
    if (isAsking) return;
    isAsking = true;
    answers()
      .then((answer) => (status = answer))
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  };
  await eventually(() => {
    ask();
    return status === 200;
  }, 'the app answers again');
  return status;
}
