import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { git, putFiles, StoreWorld } from '../../conformance/store-world.js';
import { commitStep, doTask, integrateStep, openStep, type Step } from './a-task.js';
import type { Call } from './store-process.js';
import { testGitStore } from './test-git-store.js';

/** Kills of a test; each hits as many tasks at once. */
const ROUNDS = 5;
const AT_ONCE = 4;
const SEED = Number(process.env.PERENNIAL_TEST_SEED ?? Date.now() % 1_000_000);
const TIMEOUT_MS = 180_000;

/** A process that works on the world's store. */
class StoreProcess {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #ended: Promise<void>;

  constructor(world: StoreWorld) {
    const program = join(import.meta.dirname, 'store-process.ts');
    const args = ['--import', join(import.meta.dirname, '../../support/typescript.mjs'), program, world.reposDir, world.worktreesDir];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
  }

  /** Resolves when the process has said the word; rejects when it has ended before. */
  async says(word: string): Promise<void> {
    const said = new Promise<boolean>((resolve) => this.#lines.on('line', (line) => line === word && resolve(true)));
    if (!(await Promise.race([said, this.#ended]))) throw new Error(`the process ended before it said ${word}`);
  }

  async asks(call: Call): Promise<void> {
    const begun = this.says('begun');
    this.#child.stdin?.write(`${JSON.stringify(call)}\n`);
    await begun;
  }

  async killAfter(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Numbers from 0 to 1 that follow from the seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`a store whose process is killed at random moments (PERENNIAL_TEST_SEED=${SEED})`, () => {
  let world: StoreWorld;
  let random: () => number;
  beforeEach(async () => {
    random = randomFrom(SEED);
    world = new StoreWorld(testGitStore);
    await world.begin(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`src/d${n % 10}/f${n}`, `${n}\n`])));
  });
  afterEach(() => world.close());

  async function killDuring(call: Call, withinMs: number): Promise<void> {
    const process = new StoreProcess(world);
    await process.says('ready');
    await process.asks(call);
    await process.killAfter(random() * withinMs);
  }

  /** How often each step's trailer is found on the integration branch. */
  function stepsIntegrated(): Record<string, number> {
    const counts: Record<string, number> = {};
    const format = '--format=%(trailers:key=Perennial-Step,valueonly,separator=%x2C)';
    for (const taskId of world.git('log', format, 'perennial/wf/integration').split('\n').filter(Boolean)) {
      counts[taskId] = (counts[taskId] ?? 0) + 1;
    }
    return counts;
  }

  const rounds = Array.from({ length: ROUNDS }, (_, round) => Array.from({ length: AT_ONCE }, (_, n) => `task-${round}-${n}`));
  const expectEachOnce = () => expect(stepsIntegrated()).toEqual(Object.fromEntries(rounds.flat().map((task) => [task, 1])));
  const expectSound = () => expect(world.git('fsck', '--strict', '--no-dangling')).toBe('');

  async function prepare(taskId: string): Promise<Step> {
    const session = await openStep(world.store, taskId, 1);
    putFiles(session.worktree, { [taskId]: taskId });
    return { session, tree: await world.store.snapshot(session), commit: '' };
  }

  async function prepareCommitted(taskId: string): Promise<Step> {
    const step = await prepare(taskId);
    return { ...step, commit: (await commitStep(world.store, step.session, step.tree)) as string };
  }

  test(
    'opens a session again, whole',
    async () => {
      for (const tasks of rounds) {
        await killDuring({ do: 'open', tasks }, 200);
        for (const taskId of tasks) {
          const session = await openStep(world.store, taskId, 2);
          expect(git(session.worktree, 'status', '--porcelain')).toBe('');
          expect(await world.store.snapshot(session)).toBe(await world.store.treeOf('project', session.base));
          await world.store.closeSession(session);
        }
      }
      expect(existsSync(join(world.worktreesDir, 'wf'))).toBe(false);
      expectSound();
    },
    TIMEOUT_MS,
  );

  test(
    'finds or makes the one commit',
    async () => {
      for (const tasks of rounds) {
        const steps = await Promise.all(tasks.map(prepare));
        await killDuring({ do: 'commit', steps }, 60);
        for (const { session, tree } of steps) {
          const commit = (await commitStep(world.store, session, tree)) as string;
          expect(world.git('rev-parse', session.branch)).toBe(commit);
          await integrateStep(world.store, session, commit);
        }
      }
      expectEachOnce();
      expectSound();
    },
    TIMEOUT_MS,
  );

  test(
    'integrates each commit once',
    async () => {
      for (const tasks of rounds) {
        const steps = await Promise.all(tasks.map(prepareCommitted));
        await killDuring({ do: 'integrate', steps }, 100);
        for (const { session, commit } of steps) await integrateStep(world.store, session, commit);
      }
      expectEachOnce();
      expect(world.git('ls-tree', '--name-only', 'perennial/wf/integration').split('\n')).toEqual(expect.arrayContaining(rounds.flat()));
      expectSound();
    },
    TIMEOUT_MS,
  );

  test(
    'does a whole task once, however often it is killed',
    async () => {
      for (const tasks of rounds) {
        for (const epoch of [1, 2]) await killDuring({ do: 'task', tasks, epoch }, 800);
        for (const taskId of tasks) {
          await doTask(world.store, taskId, 3);
          expect(world.git('show', `perennial/wf/integration:${taskId}/order`)).toBe('2');
        }
      }
      expectEachOnce();
      expect(existsSync(join(world.worktreesDir, 'wf'))).toBe(false);
      expectSound();
    },
    TIMEOUT_MS,
  );

  test(
    'integrates twenty steps that five processes merge at once',
    async () => {
      const shares = await Promise.all(rounds.map((tasks) => Promise.all(tasks.map(prepareCommitted))));
      const processes = shares.map(() => new StoreProcess(world));
      await Promise.all(processes.map((process) => process.says('ready')));
      await Promise.all(
        processes.map(async (process, index) => {
          const done = process.says('done');
          await process.asks({ do: 'integrate', steps: shares[index] as Step[] });
          await done;
        }),
      );
      await Promise.all(processes.map((process) => process.kill()));
      expectEachOnce();
      expectSound();
    },
    TIMEOUT_MS,
  );
});
