import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { unavailable } from '../domain/errors.js';

export interface Welcome {
  /** Of the app, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly home: string;
  /** This checkout: its repository is the example project, its `examples/` has the plan. */
  readonly checkout: string;
  readonly say: (line: string) => void;
}

const PLAN = 'examples/house-keeping.yaml';

/** On an installation without projects: adds a clone of this checkout's repository and runs the example plan on it, so that there is something to look at. */
export async function welcome({ url, token, home, checkout, say }: Welcome): Promise<void> {
  const api = apiOf(url, token);
  if (((await api('GET', '/api/projects')) as unknown[]).length > 0) return;
  if (!existsSync(join(checkout, '.git'))) return say('No example run: this checkout has no git repository.');
  const source = join(home, 'example', 'perennial');
  await cloneOnce(checkout, source);
  const project = (await api('POST', '/api/projects', { source, name: 'perennial' })) as { id: string };
  const planText = await readFile(join(checkout, PLAN), 'utf8');
  const { id } = (await api('POST', `/api/projects/${project.id}/workflows`, { planText }, 'welcome')) as { id: string };
  say(`The example plan ${PLAN} runs as workflow ${id}: npx perennial watch ${id}`);
}

/** A repository of its own, so that whatever becomes of the example, this checkout stays as it is. */
async function cloneOnce(checkout: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  const making = `${target}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await execa('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--no-hardlinks', checkout, making]);
  const { stdout: branch } = await execa('git', ['-C', making, 'branch', '--show-current']);
  if (branch === '') await execa('git', ['-C', making, 'switch', '--quiet', '--create', 'main']);
  await rename(making, target);
}

function apiOf(url: string, token: string) {
  return async (method: string, path: string, body?: object, key?: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as { detail?: string };
    if (!response.ok) throw unavailable('app', `the example could not be added: ${answer.detail ?? response.status}`);
    return answer;
  };
}
