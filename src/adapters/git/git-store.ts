import type { Store } from '../../ports/store.js';
import type { RunProgram } from '../process/run-program.js';
import { listCheckpoints, saveCheckpoint } from './checkpoints.js';
import { closeSession } from './close-session.js';
import type { Environment } from './git-environment.js';
import { createGit } from './git-process.js';
import { treeOf } from './history.js';
import { integrate } from './integration.js';
import { keepWork, treeAt } from './kept-work.js';
import { createKeyedQueue, type Mutex } from './keyed-queue.js';
import { openSession } from './open-session.js';
import type { GitParts } from './parts.js';
import { fetchSource, importProject } from './project.js';
import { objectsPath, repositoryPath } from './repository.js';
import { restoreTree, writeTree } from './snapshot.js';
import { inspectSource } from './source.js';
import { commitStep } from './step-commit.js';
import { createTreeFacts } from './tree-facts.js';
import { integrationHead, openWorkflow } from './workflow-branch.js';

export interface GitStoreOptions {
  /** The trusted bare repositories: one folder, shared by all hosts of an installation. */
  readonly reposDir: string;
  /** Trees that agents work in; this host's own. */
  readonly worktreesDir: string;
  readonly hostId: string;
  /** Environment of this process: where git is, and what the person's own git needs to read a source. */
  readonly env: Environment;
  /** Who starts git; left out: this process itself. */
  readonly run?: RunProgram;
  /** One maintainer of a repository at a time (key: project id). Left out: among the callers of this process. */
  readonly mutex?: Mutex;
}

/** The store of plain git: trusted bare repositories, shared clones for agents, and commits made from outside of them. */
export function createGitStore(options: GitStoreOptions): Store {
  const git = createGit(options.env, options.run);
  const repositories = { dir: options.reposDir, hostId: options.hostId };
  const parts: GitParts = { git, repositories, worktreesDir: options.worktreesDir, treeFacts: createTreeFacts(git) };
  const alone = options.mutex ?? createKeyedQueue();
  return {
    kind: 'git',
    inspect: (source, branch) => inspectSource(git, source, branch),
    importProject: (source) => alone(source.projectId, () => importProject(parts, source)),
    fetchSource: (source) => alone(source.projectId, () => fetchSource(parts, source)),
    openWorkflow: (request) => openWorkflow(parts, request),
    integrationHead: (request) => integrationHead(parts, request),
    openSession: (request) => openSession(parts, request),
    readablePaths: (projectId) => [objectsPath(repositories, projectId)],
    checkpoints: (session) => listCheckpoints(parts, session),
    saveCheckpoint: (session, n, end) => saveCheckpoint(parts, session, n, end),
    restore: (session, tree) => restoreTree(parts, treeAt(parts, session), tree),
    snapshot: (session) => writeTree(parts, treeAt(parts, session)),
    treeOf: (projectId, commit) => treeOf(parts, repositoryPath(repositories, projectId), commit),
    commit: (commit) => commitStep(parts, commit),
    integrate: (request) => integrate(parts, request),
    keep: (session) => keepWork(parts, session),
    closeSession: (session) => closeSession(parts, session),
  };
}
