import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EpochRef } from '../../src/domain/names.js';
import type { Session, Store } from '../../src/ports/store.js';

/** A store on folders of its own, and a way to look at its trusted repositories that does not go through it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** The trusted bare repository of a project. */
  repository(projectId: string): string;
}

export type MakeStore = (dirs: { reposDir: string; worktreesDir: string }) => StoreUnderTest;

/** Files of a source by path; a fresh folder with all that a test makes. */
export class StoreWorld {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'perennial-store-')));
  readonly source = join(this.dir, 'source');
  readonly worktreesDir = join(this.dir, 'worktrees');
  readonly reposDir = join(this.dir, 'repos');
  readonly under: StoreUnderTest;

  constructor(make: MakeStore) {
    this.under = make({ reposDir: this.reposDir, worktreesDir: this.worktreesDir });
    initSource(this.source);
  }

  get store(): Store {
    return this.under.store;
  }

  get repository(): string {
    return this.under.repository('project');
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Imports the source as project `project` and opens workflow `wf` at its head. */
  async begin(files: Files = { 'readme.md': 'hello\n' }): Promise<{ base: string }> {
    commitFiles(this.source, files);
    const { head } = await this.store.importProject({ projectId: 'project', source: this.source, branch: 'main' });
    await this.store.openWorkflow({ projectId: 'project', workflowId: 'wf', base: head });
    return { base: head };
  }

  open(taskId: string, { attempt = 1, epoch = 1, canReuseTree = true } = {}): Promise<Session> {
    return this.store.openSession({ projectId: 'project', ref: { workflowId: 'wf', taskId, attempt, epoch }, canReuseTree });
  }

  commit(session: Session, tree: string, title = 'A change'): Promise<string | undefined> {
    return this.store.commit({ projectId: 'project', attempt: session.ref, base: session.base, tree, title, agent: 'script', at: AT });
  }

  integrate(session: { ref: EpochRef }, commit: string) {
    return this.store.integrate({ projectId: 'project', attempt: session.ref, commit, at: AT });
  }

  /** A task from its session to the integration branch. */
  async doTask(taskId: string, files: Files, attempt = 1): Promise<{ session: Session; commit: string | undefined }> {
    const session = await this.open(taskId, { attempt });
    putFiles(session.worktree, files);
    const commit = await this.commit(session, await this.store.snapshot(session));
    return { session, commit };
  }

  /** Git in the trusted repository, with no configuration. */
  git(...args: string[]): string {
    return git(this.repository, ...args);
  }
}

export const AT = new Date('2030-01-02T03:04:05Z');

export type Files = Readonly<Record<string, string>>;

export function git(cwd: string, ...args: string[]): string {
  const who = [
    '-c',
    'user.name=A Person',
    '-c',
    'user.email=person@example.org',
    '-c',
    'commit.gpgsign=false',
    '-c',
    'protocol.file.allow=always',
  ];
  const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  return execFileSync('git', [...who, ...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 }).trim();
}

export function initSource(path: string): void {
  mkdirSync(path, { recursive: true });
  git(path, 'init', '--quiet', '--initial-branch=main');
}

export function putFiles(dir: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

export function commitFiles(repository: string, files: Files, message = 'A commit'): string {
  putFiles(repository, files);
  git(repository, 'add', '-A');
  git(repository, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(repository, 'rev-parse', 'HEAD');
}
