import type { Evidence, PlanTask } from '../evidence.js';
import type { Commit } from '../repository.js';
import { type Rule, unless } from './rule.js';

export const commitRules: readonly Rule[] = [
  {
    says: 'a completed task has exactly one commit, or none when it changed nothing',
    violations: (evidence) =>
      completedTasks(evidence).flatMap((task) => {
        const found = stepCommits(evidence, task.id).length;
        const wanted = changesNothing(evidence, task) ? 0 : 1;
        return unless(found === wanted, `${task.id} has ${found} commits on branches, expected ${wanted}`);
      }),
  },
  {
    says: 'a task that did not complete has no commit on the integration branch',
    violations: ({ tasks, database, repository }) => {
      const completed = new Set(database.steps.filter(({ status }) => status === 'completed').map(({ task_id }) => task_id));
      return tasks.filter(({ id }) => !completed.has(id)).flatMap(({ id }) => unless(!integrated(repository, id), `${id} is integrated`));
    },
  },
  {
    says: 'no attempt has two commits anywhere, kept ones included',
    violations: ({ repository }) => {
      const names = repository.commits.filter(({ step }) => step !== '').map(({ step, attempt }) => `${step}.${attempt}`);
      return names.filter((name, index) => names.indexOf(name) !== index);
    },
  },
  {
    says: 'the row, the branch of the step and the commit agree, attempt, title and people too',
    violations: (evidence) => eachCommit(evidence, (task, commit) => disagreements(evidence, task, commit)),
  },
  {
    says: 'a commit is reachable from the integration branch and begins at the base or later',
    violations: (evidence) => {
      const { repository, database } = evidence;
      const integration = new Set(repository.ancestors.get(headOf(evidence) ?? '') ?? []);
      return eachCommit(evidence, (task, { id }) => [
        ...unless(integration.has(id) || id === headOf(evidence), `${task.id} is not in the integration branch`),
        ...unless(repository.ancestors.get(id)?.has(database.workflow.base) ?? false, `${task.id} does not come from the base`),
      ]);
    },
  },
  {
    says: 'a commit follows the commits of all that its task needs',
    violations: (evidence) =>
      eachCommit(evidence, (task, commit) =>
        neededCommits(evidence, task).flatMap(({ id, step }) =>
          unless(evidence.repository.ancestors.get(commit.id)?.has(id) ?? false, `${task.id} was begun without ${step}`),
        ),
      ),
  },
  {
    says: 'a commit has one parent; what joins the integration branch otherwise is a merge that names its task',
    violations: (evidence) => [
      ...eachCommit(evidence, (task, { parents }) => unless(parents.length === 1, `${task.id} has ${parents.length} parents`)),
      ...mainLineOf(evidence).flatMap((commit) => oddOnMainLine(evidence, commit)),
    ],
  },
];

const headOf = ({ repository, subject }: Evidence) => repository.refs.get(`refs/heads/perennial/${subject.workflowId}/integration`);

function completedTasks({ tasks, database }: Evidence): PlanTask[] {
  const completed = new Set(database.steps.filter(({ status }) => status === 'completed').map(({ task_id }) => task_id));
  return tasks.filter(({ id }) => completed.has(id));
}

function changesNothing({ subject }: Evidence, { id, agent }: PlanTask): boolean {
  return agent === 'none' || (subject.unchanged ?? []).includes(id);
}

function stepCommits({ repository }: Evidence, taskId: string): Commit[] {
  return repository.onBranches.filter(({ step }) => step === taskId);
}

function integrated({ onBranches, mainLine }: Evidence['repository'], taskId: string): boolean {
  return onBranches.some(({ id, step, merges }) => mainLine.includes(id) && (step === taskId || merges === taskId));
}

function eachCommit(evidence: Evidence, judge: (task: PlanTask, commit: Commit) => string[]): string[] {
  return completedTasks(evidence).flatMap((task) => stepCommits(evidence, task.id).flatMap((commit) => judge(task, commit)));
}

function disagreements({ database, repository, subject }: Evidence, task: PlanTask, commit: Commit): string[] {
  const row = database.steps.find(({ task_id }) => task_id === task.id);
  const branch = repository.refs.get(`refs/heads/perennial/${subject.workflowId}/step/${task.id}`);
  return [
    ...unless(row?.commit === commit.id, `${task.id}: row ${row?.commit}, commit ${commit.id}`),
    ...unless(branch === commit.id, `${task.id}: branch ${branch}, commit ${commit.id}`),
    ...unless(`${row?.attempt}` === commit.attempt, `${task.id}: row has attempt ${row?.attempt}, commit ${commit.attempt}`),
    ...unless(commit.subject === task.title, `${task.id}: subject "${commit.subject}"`),
    ...unless(commit.author === `${task.agent} via Perennial <agent@perennial.invalid>`, `${task.id}: author ${commit.author}`),
    ...unless(commit.committer === 'Perennial <perennial@perennial.invalid>', `${task.id}: committer ${commit.committer}`),
  ];
}

/** Of the tasks it needs, and of what those need, as gates have no commit. */
function neededCommits(evidence: Evidence, task: PlanTask): Commit[] {
  const seen = new Set<string>();
  const queue = [...task.needs];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    queue.push(...(evidence.tasks.find((one) => one.id === id)?.needs ?? []));
  }
  return [...seen].flatMap((id) => stepCommits(evidence, id));
}

/** First parents from the integration head to the base. */
function mainLineOf({ repository, database }: Evidence): string[] {
  const end = repository.mainLine.indexOf(database.workflow.base);
  return end === -1 ? ['(the integration branch does not lead to the base)'] : repository.mainLine.slice(0, end);
}

function oddOnMainLine({ repository }: Evidence, id: string): string[] {
  const commit = repository.onBranches.find((one) => one.id === id);
  if (!commit) return [`${id} is on the integration branch and names no workflow`];
  if (commit.parents.length === 1) return unless(commit.step !== '', `${id} is neither a step's commit nor a merge`);
  const [, second] = commit.parents;
  const merged = repository.onBranches.find((one) => one.id === second);
  return [
    ...unless(commit.step === '', `the merge ${id} carries the trailer of a step`),
    ...unless(
      commit.parents.length === 2 && merged?.step === commit.merges,
      `the merge ${id} says ${commit.merges} and merges ${merged?.step}`,
    ),
  ];
}
