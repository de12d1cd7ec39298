import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type AttemptOutput, readOutputs } from './attempt-outputs.js';
import { type Database, readDatabase } from './database.js';
import { type Leftovers, lookForLeftovers } from './leftovers.js';
import { type RepositoryFacts, readRepository, readSource, type SourceFacts } from './repository.js';

/** What is judged, and what is expected of it. */
export interface Subject {
  readonly home: string;
  readonly databaseUrl: string;
  readonly workflowId: string;
  /** The plan as it was given, YAML or JSON. */
  readonly planFile: string;
  /** The source as `readSource` saw it before the run. */
  readonly source: SourceFacts;
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Files on the head of the integration branch: their whole text, one of several texts, a pattern, or `null` for a file that must not be there. */
  readonly content: Readonly<Record<string, string | readonly string[] | RegExp | null>>;
  /** Tasks that change nothing, besides gates. */
  readonly unchanged?: readonly string[];
  /** The commands write down in `.diary`, an ignored file, when they begin and end, and print it (see `rules/diary.ts`). */
  readonly keepsDiary?: boolean;
}

export interface PlanTask {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly agent: string;
  readonly run: readonly string[];
  readonly checks: readonly string[];
  readonly paths: readonly string[];
}

export interface Evidence {
  readonly subject: Subject;
  readonly maxParallel: number;
  readonly tasks: readonly PlanTask[];
  readonly database: Database;
  readonly repository: RepositoryFacts;
  readonly sourceNow: SourceFacts;
  readonly leftovers: Leftovers;
  readonly outputs: readonly AttemptOutput[];
}

export async function gatherEvidence(subject: Subject): Promise<Evidence> {
  const { home, workflowId, source } = subject;
  const plan = parse(readFileSync(subject.planFile, 'utf8')) as WrittenPlan;
  const database = await readDatabase(subject.databaseUrl, workflowId);
  const bare = join(home, 'repos', `${database.workflow.project_id}.git`);
  return {
    subject,
    maxParallel: plan.maxParallel ?? 4,
    tasks: plan.tasks.map((task) => completeTask(task, plan)),
    database,
    repository: await readRepository(bare, workflowId, Object.keys(subject.content)),
    sourceNow: await readSource(source.path),
    leftovers: lookForLeftovers(home, workflowId),
    outputs: readOutputs(join(home, 'logs', workflowId)),
  };
}

interface WrittenPlan {
  readonly maxParallel?: number;
  readonly defaults?: WrittenTask;
  readonly tasks: readonly (WrittenTask & { id: string })[];
}

interface WrittenTask {
  readonly title?: string;
  readonly needs?: readonly string[];
  readonly agent?: string;
  readonly run?: string | readonly string[];
  readonly checks?: readonly string[];
  readonly paths?: readonly string[];
}

function completeTask(task: WrittenTask & { id: string }, { defaults = {} }: WrittenPlan): PlanTask {
  const run = task.run === undefined ? [] : [task.run].flat();
  return {
    id: task.id,
    title: task.title ?? defaults.title ?? task.id,
    needs: task.needs ?? [],
    agent: task.agent ?? (run.length > 0 ? 'script' : 'none'),
    run,
    checks: task.checks ?? defaults.checks ?? [],
    paths: task.paths ?? defaults.paths ?? [],
  };
}
