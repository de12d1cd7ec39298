import { createInterface } from 'node:readline';
import { commitStep, doTask, integrateStep, openStep, type Step } from './a-task.js';
import { testGitStore } from './test-git-store.js';

/**
 * A process that works on a store, one line of JSON a call, so that tests can kill it at any moment.
 * It says `ready`, then `begun` and `done` for each line that it reads.
 */
export type Call =
  | { readonly do: 'open'; readonly tasks: readonly string[] }
  | { readonly do: 'commit'; readonly steps: readonly Step[] }
  | { readonly do: 'integrate'; readonly steps: readonly Step[] }
  | { readonly do: 'task'; readonly tasks: readonly string[]; readonly epoch: number };

const [reposDir = '', worktreesDir = ''] = process.argv.slice(2);
const { store } = testGitStore({ reposDir, worktreesDir });

/** All at once, so that one kill hits many. */
function perform(call: Call): Promise<unknown> {
  if (call.do === 'open') return Promise.all(call.tasks.map((taskId) => openStep(store, taskId, 1)));
  if (call.do === 'commit') return Promise.all(call.steps.map(({ session, tree }) => commitStep(store, session, tree)));
  if (call.do === 'task') return Promise.all(call.tasks.map((taskId) => doTask(store, taskId, call.epoch)));
  return Promise.all(call.steps.map(({ session, commit }) => integrateStep(store, session, commit)));
}

const say = (line: string) => process.stdout.write(`${line}\n`);
say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  say('begun');
  await perform(JSON.parse(line) as Call);
  say('done');
}
