import { expect, test } from '@jest/globals';
import { judgeEvidence } from './audit.js';
import type { EventRow } from './database.js';
import type { Evidence } from './evidence.js';
import { goodEvidence } from './good-evidence.js';

/** Evidence that may be spoiled. */
type Spoiled = Mutable<Evidence>;
type Mutable<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Mutable<V>>
    : T extends ReadonlySet<infer V>
      ? Set<V>
      : T extends Date | RegExp
        ? T
        : { -readonly [K in keyof T]: Mutable<T[K]> };

test('a run that kept its promises breaks none', () => {
  expect(brokenBy(() => undefined)).toEqual([]);
});

test.each<[what: string, promise: RegExp, spoil: (evidence: Spoiled) => unknown]>([
  ['a second commit of a task', /exactly one commit/, ({ repository }) => doubleCommit(repository.onBranches)],
  ['a lost commit', /exactly one commit/, ({ repository }) => repository.onBranches.pop()],
  ['a second commit that is kept aside', /no attempt has two commits/, ({ repository }) => doubleCommit(repository.commits)],
  ['a row that names another commit', /the row, the branch/, ({ database }) => Object.assign(at(database.steps, 0), { commit: 'other' })],
  ['a commit beside the integration branch', /reachable/, ({ repository }) => repository.ancestors.get('commit-b')?.delete('commit-a')],
  ['a task that began without what it needs', /follows the commits/, ({ repository }) => repository.ancestors.set('commit-b', new Set())],
  ['a commit with two parents', /one parent/, ({ repository }) => at(repository.onBranches, 1).parents.push('base')],
  ['a file with a line twice', /the files/, ({ repository }) => repository.files.set('a.txt', 'a\na\n')],
  ['a file that must not be there', /the files/, ({ repository }) => repository.files.set('junk.txt', '')],
  ['a moved tag of the source', /the source is as it was/, ({ sourceNow }) => sourceNow.refs.splice(1, 1, 'refs/tags/v1 other')],
  ['a moved default branch', /trusted default branch/, ({ repository }) => repository.refs.set('refs/heads/main', 'commit-b')],
  ['a foreign branch in the trusted repository', /no ref but/, ({ repository }) => repository.refs.set('refs/heads/foreign', 'base')],
  ['a broken object', /fsck/, ({ repository }) => Object.assign(repository.fsck, { text: 'missing blob' })],
  ['a process with the mark', /mark/, ({ leftovers }) => leftovers.processes.push('7 sleep')],
  ['a lock', /lock file/, ({ leftovers }) => leftovers.locks.push('main.lock')],
  ['a worktree', /no worktree/, ({ leftovers }) => leftovers.worktrees.push('b.1')],
  ['an open session', /no worktree/, ({ database }) => Object.assign(at(database.sessions, 0), { is_open: true })],
  ['a dead worker that nobody missed', /every worker/, ({ database }) => database.workers.push('host:1:1')],
  ['an unsettled step', /all its steps/, ({ database }) => Object.assign(at(database.steps, 1), { status: 'running' })],
  ['a run that never ended', /no agent run is running/, ({ database }) => Object.assign(at(database.runs, 1), { status: 'running' })],
  ['two succeeded runs', /exactly one succeeded run/, ({ database }) => Object.assign(at(database.runs, 1), { status: 'succeeded' })],
  ['an epoch that is missing', /without gaps/, ({ database }) => Object.assign(at(database.runs, 2), { epoch: 3 })],
  ['a number given twice', /numbers of changes/, ({ database }) => Object.assign(at(database.steps, 1), { seq: 3 })],
  ['events out of order', /numbered in the order/, ({ database }) => Object.assign(at(database.events, 3), { at: new Date('2031-01-01') })],
  ['a second end of the workflow', /how it ended/, ({ database }) => append(database.events, 'workflow-completed')],
  ['a step that completed twice', /its end exactly once/, ({ database }) => append(database.events, 'step-completed', { task_id: 'a' })],
  ['a loss that was not told', /its start and its end or loss/, ({ database }) => drop(database.events, 'agent-run-lost')],
  ['a step that started twice', /once that its step started/, ({ database }) => append(database.events, 'step-started', { task_id: 'a' })],
  ['a step that started too early', /before all that it needs/, ({ database }) => swap(database.events, 'step-completed', 'step-started')],
  ['paths that were touched at once', /same paths/, ({ database }) => swap(database.events, 'step-completed', 'step-started')],
  ['too many steps at once', /at once than the plan allows/, ({ database }) => swap(database.events, 'step-completed', 'step-started')],
  ['a finished command that began again', /is recorded never begins/, ({ database }) => beginAgain(database.events, 'command-repeated')],
  [
    'a repeat that was not told',
    /told as repeated$/,
    ({ database }) => Object.assign(lastOf(database.events, 'command-repeated'), { type: 'command-started' }),
  ],
  ['an end that was not told', /told the end/, ({ database }) => drop(database.events, 'command-ended')],
  ['a missing checkpoint', /told the end/, ({ repository }) => repository.refs.delete('refs/perennial/checkpoint/wf.a.1/1')],
  ['a command that says it began again', /told as repeated so often/, ({ outputs }) => write(outputs, 0, 'begin 1\nbegin 1\nend 1\n')],
  [
    'a command that says it began after the next',
    /no command began again/,
    ({ outputs }) => write(outputs, 0, 'begin 2\nend 2\nbegin 1\n'),
  ],
  ['a command that did not end by itself', /its own end/, ({ outputs }) => write(outputs, 1, 'begin 1\n')],
])('%s is found', (_, promise, spoil) => {
  expect(brokenBy(spoil)).toContainEqual(expect.stringMatching(promise));
});

function brokenBy(spoil: (evidence: Spoiled) => unknown): string[] {
  const evidence = goodEvidence();
  spoil(evidence as Spoiled);
  return judgeEvidence(evidence).flatMap(({ says, violations }) => (violations.length > 0 ? [says] : []));
}

function at<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}

function doubleCommit(commits: Spoiled['repository']['commits']): void {
  commits.push({ ...at(commits, 0), id: 'double' });
}

type Events = Mutable<EventRow>[];

function append(events: Events, type: string, more: Partial<Mutable<EventRow>> = {}): void {
  events.push({ ...at(events, events.length - 1), id: events.length + 1, type, attempt: 1, ...more });
}

function drop(events: Events, type: string): void {
  events.splice(events.indexOf(lastOf(events, type)), 1);
}

/** The first of one type and the last of another change their places. */
function swap(events: Events, type: string, other: string): void {
  const [one, two] = [events.find((event) => event.type === type) as Mutable<EventRow>, lastOf(events, other)];
  [one.id, two.id] = [two.id, one.id];
  events.sort((a, b) => a.id - b.id);
}

function beginAgain(events: Events, type: string): void {
  append(events, type, { task_id: 'b', epoch: 2, data: { n: 1 } });
}

function lastOf(events: Events, type: string): Mutable<EventRow> {
  return events.findLast((event) => event.type === type) as Mutable<EventRow>;
}

function write(outputs: Spoiled['outputs'], index: number, diary: string): void {
  at(outputs, index).text = `diary:\n${diary}`;
}
