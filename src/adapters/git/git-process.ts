import { unavailable } from '../../domain/errors.js';
import { type RunProgram, runProgram } from '../process/run-program.js';
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

export function createGit(env: Environment, run: RunProgram = runProgram): Git {
  return { tree: runIn(treeEnvironment(env), run), source: runIn(sourceEnvironment(env), run) };
}

/** Throws `unavailable` for an exit code that the caller does not understand; git's own words, which may name paths of the server, are its cause. */
function runIn(environment: Readonly<Record<string, string>>, run: RunProgram): RunGit {
  return async (args, call) => {
    const encoding = call.encoding ?? 'utf8';
    const end = await run({
      file: 'git',
      args,
      env: { ...environment, ...placement(call), ...call.env },
      cwd: call.tree?.worktree ?? call.repository ?? '/',
      input: call.inputFile === undefined ? Buffer.from(call.input ?? '', encoding) : { file: call.inputFile },
      ...(call.timeoutMs !== undefined && { timeoutMs: call.timeoutMs }),
    });
    const { exitCode } = end;
    const [stdout, stderr] = [end.stdout, end.stderr].map((bytes) => decode(bytes, encoding)) as [string, string];
    if (exitCode === undefined || (exitCode !== 0 && !call.accept?.includes(exitCode))) {
      const how = exitCode === undefined ? 'a signal' : `exit code ${exitCode}`;
      throw unavailable('git', `git ${args[0]} ended with ${how}`, { exitCode, stdout, stderr });
    }
    return { exitCode, stdout, stderr };
  };
}

/** Without the line end at the end. */
function decode(bytes: Uint8Array, encoding: 'utf8' | 'latin1'): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString(encoding)
    .replace(/\r?\n$/, '');
}

/** GIT_DIR and GIT_INDEX_FILE also mark the process: what a killed worker left running is found by them. */
function placement({ repository, tree }: GitCall): Record<string, string> {
  return {
    ...(repository === undefined ? {} : { GIT_DIR: repository }),
    ...(tree === undefined ? {} : { GIT_WORK_TREE: tree.worktree, GIT_INDEX_FILE: tree.index }),
  };
}
