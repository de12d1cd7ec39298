import pg from 'pg';

/** Rows as they lie in the tables; only what is judged. */
export interface WorkflowRow {
  readonly id: string;
  readonly project_id: string;
  readonly status: string;
  readonly base: string;
  readonly seq: number;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

export interface StepRow {
  readonly task_id: string;
  readonly status: string;
  readonly attempt: number;
  readonly seq: number;
  readonly waiting_for: string | null;
  readonly commit: string | null;
  readonly ended_at: Date | null;
}

export interface RunRow {
  readonly task_id: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly status: string;
  readonly worker: string;
  readonly ended_at: Date | null;
}

export interface EventRow {
  readonly id: number;
  readonly at: Date;
  readonly type: string;
  readonly task_id: string | null;
  readonly attempt: number | null;
  readonly epoch: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Database {
  readonly workflow: WorkflowRow;
  readonly defaultBranch: string;
  readonly steps: readonly StepRow[];
  readonly runs: readonly RunRow[];
  readonly sessions: readonly { readonly task_id: string; readonly attempt: number; readonly is_open: boolean }[];
  /** In the order of their ids. */
  readonly events: readonly EventRow[];
  /** Workers that neither left nor are said to be lost: `<host>:<pid>:<start time>`. */
  readonly workers: readonly string[];
}

export async function readDatabase(url: string, workflowId: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = async <T>(sql: string): Promise<T[]> => (await client.query(sql, sql.includes('$1') ? [workflowId] : [])).rows as T[];
    const [workflow] = await rows<WorkflowRow & { default_branch: string }>(
      'SELECT w.*, p.default_branch FROM workflows w JOIN projects p ON p.id = w.project_id WHERE w.id = $1',
    );
    if (!workflow) throw new Error(`the database has no workflow ${workflowId}`);
    return {
      workflow,
      defaultBranch: workflow.default_branch,
      steps: await rows('SELECT * FROM workflow_steps WHERE workflow_id = $1 ORDER BY position'),
      runs: await rows('SELECT * FROM agent_runs WHERE workflow_id = $1 ORDER BY task_id, attempt, epoch'),
      sessions: await rows('SELECT * FROM radicle_sessions WHERE workflow_id = $1'),
      events: (await rows<EventRow>('SELECT * FROM events WHERE workflow_id = $1 ORDER BY id')).map((event) => ({
        ...event,
        id: Number(event.id),
      })),
      workers: (await rows<{ id: string }>('SELECT id FROM workers WHERE left_at IS NULL')).map(({ id }) => id),
    };
  } finally {
    await client.end();
  }
}
