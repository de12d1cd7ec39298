import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './checkout.mjs';

/** `npm start` as a newcomer does it, on an empty home: the welcome run is carried to its end, then Ctrl-C, and nothing may be left. */
const READY_WITHIN_MS = 10 * 60_000; // The first start installs and fetches.
const RUN_WITHIN_MS = 15 * 60_000;
const STOPPED_WITHIN_MS = 60_000;

const home = mkdtempSync(join(tmpdir(), 'perennial-ci-'));
const steps = {
  'npm start is ready': waitUntilReady,
  'the welcome run ends completed': waitForWelcomeRun,
  'Ctrl-C ends it with exit code 0': stop,
  'nothing is left behind': assertNothingLeft,
};
const studio = startStudio();
let passed = 0;
let problem;
for (const [name, step] of Object.entries(steps)) {
  try {
    if (problem) break;
    await step();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    problem = error;
    console.log(`FAILED  ${name}\n${error.message}\n--- what npm start said:\n${studio.output}`);
    for (const log of ['app', 'worker', 'temporal', 'postgres'])
      console.log(`--- end of ${log}.log:\n${tailOf(join(home, 'logs', `${log}.log`))}`);
  }
}
if (problem) await endAnyway();
rmSync(home, { recursive: true, force: true });
console.log(`${passed} passed, ${Object.keys(steps).length - passed} failed`);
process.exit(problem ? 1 : 0);

/** Not through npm: that one would stand between us and the process that the signal is for. */
function startStudio() {
  const env = { ...process.env, PERENNIAL_HOME: home, PERENNIAL_HTTP_PORT: '0', PERENNIAL_WELCOME: 'on' };
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const started = { child, output: '', code: undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      started.output += text;
    });
  }
  child.once('exit', (code, signal) => {
    started.code = code ?? signal;
  });
  return started;
}

async function waitUntilReady() {
  await eventually(READY_WITHIN_MS, () => {
    if (studio.code !== undefined) throw new Error(`it ended with ${studio.code} before it was ready`);
    return /Perennial is ready at (\S+)/.test(studio.output);
  });
}

async function waitForWelcomeRun() {
  const [, address] = /Perennial is ready at (\S+)/.exec(studio.output);
  const { origin, searchParams } = new URL(address);
  const headers = { authorization: `Bearer ${searchParams.get('token')}` };
  let last;
  await eventually(RUN_WITHIN_MS, async () => {
    const response = await fetch(`${origin}/api/workflows`, { headers });
    if (!response.ok) throw new Error(`GET /api/workflows answered ${response.status}`);
    [last] = (await response.json()).items;
    return ['completed', 'failed', 'cancelled'].includes(last?.status) || last?.waitingFor?.length > 0;
  });
  if (last.status !== 'completed') throw new Error(`the run is not completed: ${JSON.stringify(last)}`);
}

async function stop() {
  studio.child.kill('SIGINT');
  await eventually(STOPPED_WITHIN_MS, () => studio.code !== undefined);
  if (studio.code !== 0) throw new Error(`it ended with ${studio.code}`);
}

async function assertNothingLeft() {
  const files = readdirSync(join(home, 'run'));
  const processes = processesOf(home);
  if (files.length + processes.length > 0) throw new Error(`left: ${[...files, ...processes].join(', ')}`);
}

/** So that a failed step leaves the machine as it was. */
async function endAnyway() {
  studio.child.kill('SIGINT');
  await eventually(STOPPED_WITHIN_MS, () => studio.code !== undefined).catch((error) => console.log(error.message));
  for (const process_ of processesOf(home)) process.kill(Number.parseInt(process_, 10), 'SIGKILL');
}

/** `<pid> <command>` of those that were started with this home, or name it. */
function processesOf(folder) {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => textOf(`/proc/${pid}/environ`).includes(folder) || textOf(`/proc/${pid}/cmdline`).includes(folder))
    .map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 100)}`);
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Gone meanwhile.
  }
}

function tailOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(-15).join('\n') : '(none)';
}

async function eventually(withinMs, isSo) {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1_000} s`);
    await sleep(200);
  }
}
