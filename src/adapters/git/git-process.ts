import { execa } from 'execa';
import { unavailable } from '../../domain/errors.js';
import { type Environment, sourceEnvironment, treeEnvironment } from './git-environment.js';

export interface GitCall {
  /** The trusted repository: git's own folder, whatever the tree says. */
  readonly repository?: string;
  /** The tree to work on, with its private index. */
  readonly tree?: { readonly worktree: string; readonly index: string };
  readonly input?: string;
  /** A file as standard input. */
  readonly inputFile?: string;
  /** `latin1` keeps the bytes of file names that are no UTF-8. */
  readonly encoding?: 'utf8' | 'latin1';
  /** Exit codes besides 0 that the caller understands. */
  readonly accept?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunGit = (args: readonly string[], call: GitCall) => Promise<GitResult>;

/** Git in two environments: `tree` trusts nothing but us, `source` has the person's configuration and credentials and is for reading sources only. */
export interface Git {
  readonly tree: RunGit;
  readonly source: RunGit;
}

/** Output beyond this is no answer that we ask for. */
const MAX_OUTPUT_BYTES = 500_000_000;

export function createGit(env: Environment): Git {
  return { tree: runIn(treeEnvironment(env)), source: runIn(sourceEnvironment(env)) };
}

/** Throws `unavailable` for an exit code that the caller does not understand; git's own words, which may name paths of the server, are its cause. */
function runIn(environment: Readonly<Record<string, string>>): RunGit {
  return async (args, call) => {
    const encoding = call.encoding ?? 'utf8';
    const result = await execa('git', args, {
      extendEnv: false,
      env: { ...environment, ...placement(call), ...call.env },
      cwd: call.tree?.worktree ?? call.repository ?? '/',
      encoding,
      ...(call.inputFile === undefined ? { input: Buffer.from(call.input ?? '', encoding) } : { inputFile: call.inputFile }),
      maxBuffer: MAX_OUTPUT_BYTES,
      reject: false,
      ...(call.timeoutMs === undefined ? {} : { timeout: call.timeoutMs }),
    });
    const { exitCode, stdout, stderr } = result;
    if (exitCode === undefined || (exitCode !== 0 && !call.accept?.includes(exitCode))) {
      throw unavailable('git', `git ${args[0]} ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`}`, result);
    }
    return { exitCode, stdout, stderr };
  };
}

/** GIT_DIR and GIT_INDEX_FILE also mark the process: what a killed worker left running is found by them. */
function placement({ repository, tree }: GitCall): Record<string, string> {
  return {
    ...(repository === undefined ? {} : { GIT_DIR: repository }),
    ...(tree === undefined ? {} : { GIT_WORK_TREE: tree.worktree, GIT_INDEX_FILE: tree.index }),
  };
}
