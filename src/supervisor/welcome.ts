import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../adapters/process/run-program.js';
import type { Environment } from '../config.js';
import { unavailable } from '../domain/errors.js';

export interface Welcome {
  /** Of the app, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly home: string;
  /** This checkout: its repository is the example project, its `examples/` has the plan. */
  readonly checkout: string;
  /** The person's, in which git is found. */
  readonly environment: Environment;
  readonly say: (line: string) => void;
}

const PLAN = 'examples/house-keeping.yaml';

/**
 * On an installation without workflows, and without projects but the example: adds a clone of this checkout's repository and runs the example plan
 * on it, so that there is something to look at. One that was cut off is gone on with at the next start.
 */
export async function welcome({ url, token, home, checkout, environment, say }: Welcome): Promise<void> {
  const api = apiOf(url, token);
  const source = join(home, 'example', 'perennial');
  if (await isUsed(api, source)) return;
  if (!existsSync(join(checkout, '.git'))) return say('No example run: this checkout has no git repository.');
  await cloneOnce(checkout, source, gitIn(environment));
  const project = (await api('POST', '/api/projects', { source, name: 'perennial' })) as { id: string };
  const planText = await readFile(join(checkout, PLAN), 'utf8');
  const { id } = (await api('POST', `/api/projects/${project.id}/workflows`, { planText }, 'welcome')) as { id: string };
  say(`The example plan ${PLAN} runs as workflow ${id}: npx perennial watch ${id}`);
}

async function isUsed(api: Api, source: string): Promise<boolean> {
  const projects = (await api('GET', '/api/projects')) as { source: string }[];
  const { items } = (await api('GET', '/api/workflows?limit=1')) as { items: unknown[] };
  return items.length > 0 || projects.some((project) => project.source !== source);
}

/** A repository of its own, so that whatever becomes of the example, this checkout stays as it is. */
async function cloneOnce(checkout: string, target: string, git: Git): Promise<void> {
  if (existsSync(target)) return;
  const making = `${target}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await git('clone', '--quiet', '--no-hardlinks', UPLOAD_PACK, checkout, making);
  const branch = await git('-C', making, 'branch', '--show-current');
  if (branch === '') await git('-C', making, 'switch', '--quiet', '--create', 'main');
  await rename(making, target);
}

/** The checkout may belong to another user; git hands no setting on to the process that serves a repository of this machine, so its command says it. */
const UPLOAD_PACK = `--upload-pack=git -c 'safe.directory=*' -c core.hooksPath=/dev/null upload-pack`;

type Git = ReturnType<typeof gitIn>;

function gitIn(environment: Environment) {
  const env = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runProgram({ file: 'git', args, env, cwd: '/', input: new Uint8Array() });
    if (exitCode !== 0) throw unavailable('git', `git ${args[0]} failed: ${Buffer.from(stderr).toString().trim()}`);
    return Buffer.from(stdout).toString().trim();
  };
}

type Api = ReturnType<typeof apiOf>;

function apiOf(url: string, token: string) {
  return async (method: string, path: string, body?: object, key?: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as { detail?: string };
    if (!response.ok) throw unavailable('app', `the example could not be added: ${answer.detail ?? response.status}`);
    return answer;
  };
}
