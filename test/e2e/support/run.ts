import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { audit } from '../../auditor/audit.js';
import type { Subject } from '../../auditor/evidence.js';
import { readSource, type SourceFacts } from '../../auditor/repository.js';
import { type Answer, besideHome, type StudioOfHome } from '../../support/studio.js';
import { eventually } from '../../support/studio-patience.js';
import { isAlive } from '../../support/studio-processes.js';
import type { Chance } from './chance.js';

/** A part may be away for a while: a restart, and whatever a busy machine adds. */
const PATIENCE_MS = 90_000;

export interface Project {
  readonly id: string;
  readonly source: SourceFacts;
}

/** A run of a plan, and what is expected of it. */
export interface Run {
  readonly studio: StudioOfHome;
  readonly id: string;
  readonly project: Project;
  readonly planFile: string;
}

export async function addProject(studio: StudioOfHome, path: string, name: string): Promise<Project> {
  const source = await readSource(path);
  const { body } = await insist(studio, 'POST', '/projects', { source: path, name });
  return { id: (body as { id: string }).id, source };
}

export async function startRun(studio: StudioOfHome, project: Project, plan: object, key?: string): Promise<Run> {
  const { body } = await insist(studio, 'POST', `/projects/${project.id}/workflows`, { plan }, key ? { 'idempotency-key': key } : {});
  return runOf(studio, project, plan, (body as { id: string }).id);
}

export function runOf(studio: StudioOfHome, project: Project, plan: object, id: string): Run {
  const planFile = besideHome(studio.home, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  return { studio, id, project, planFile };
}

/** Asks until the app answers with success: it may be away, or miss a part. A refusal is final. */
export async function insist(
  studio: StudioOfHome,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  let answer: Answer | undefined;
  const request = async () => {
    answer = await studio.api(method, path, body, headers);
    if (answer.status >= 400 && answer.status < 500) throw new Refused(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.status < 400 || `${method} ${path}: ${JSON.stringify(answer)}`;
  };
  await eventually(PATIENCE_MS, request, { forgives: (error) => !(error instanceof Refused) });
  return answer as Answer;
}

class Refused extends Error {}

/** Waits until the workflow has ended, whatever is away meanwhile. */
export async function untilEnded({ studio, id }: Run): Promise<void> {
  const question = async () => {
    const { body } = await studio.api('GET', `/workflows/${id}`);
    const { status, counts } = body as { status?: string; counts?: object };
    return ['completed', 'failed', 'cancelled'].includes(status ?? '') || `the workflow is ${status}: ${JSON.stringify(counts)}`;
  };
  await eventually(PATIENCE_MS, question, { everyMs: 50, forgives: () => true });
}

/** Waits until the workflow has told so many events. The database is asked, so that it does not matter which other part is away. */
export async function untilEvents({ studio, id }: Run, count: number): Promise<void> {
  const question = async () => {
    const told = await countEvents(studio, id);
    return told >= count || `${told} events, waiting for ${count}`;
  };
  await eventually(PATIENCE_MS, question, { everyMs: 10, forgives: () => true });
}

export async function countEvents(studio: StudioOfHome, id: string): Promise<number> {
  const [row] = await query<{ count: string }>(studio, 'SELECT count(*) FROM events WHERE workflow_id = $1', [id]);
  return Number(row?.count);
}

export async function query<T>(studio: StudioOfHome, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: studio.databaseUrl(), connectionTimeoutMillis: 5_000 });
  client.on('error', () => client.end().catch(() => undefined));
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as T[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A moment that nobody foresees: after so many events, and then at any time of the next 300 ms. */
export async function randomMoment(run: Run, chance: Chance, events: { from: number; to: number }): Promise<void> {
  const [count, ms] = [chance.whole(events.from, events.to), chance.whole(0, 300)];
  await untilEvents(run, count);
  await pause(ms);
}

export type Expected = Omit<Subject, 'home' | 'databaseUrl' | 'workflowId' | 'planFile' | 'source'>;

/** Broken promises of a run that has ended; none is what every test expects. */
export async function judge({ studio, id, project, planFile }: Run, expected: Expected): Promise<string[]> {
  const { home } = studio;
  await untilLossesAreKnown(studio);
  return audit({ home, databaseUrl: studio.databaseUrl(), workflowId: id, planFile, source: project.source, ...expected });
}

/** A run may end before anybody has missed a worker that died last. */
async function untilLossesAreKnown(studio: StudioOfHome): Promise<void> {
  const question = async () => {
    const workers = await query<{ pid: number; startTime: string }>(
      studio,
      'SELECT pid, start_time AS "startTime" FROM workers WHERE left_at IS NULL',
    );
    return (workers.length > 0 && workers.every(isAlive)) || `nobody missed one of the workers ${JSON.stringify(workers)}`;
  };
  await eventually(PATIENCE_MS, question, { everyMs: 50, forgives: () => true });
}
