-- CreateTable
CREATE TABLE "projects" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "default_branch" TEXT NOT NULL,
    "store" TEXT NOT NULL,
    "head" TEXT NOT NULL,
    "warnings" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workflows" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "plan" JSONB NOT NULL,
    "base" TEXT NOT NULL,
    "landing" TEXT NOT NULL DEFAULT 'none',
    "seq" INTEGER NOT NULL DEFAULT 0,
    "idempotency_key" TEXT,
    "body_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "workflows_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workflow_steps" (
    "workflow_id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "task" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "waiting_for" TEXT,
    "waiting_since" TIMESTAMPTZ(3),
    "error" JSONB,
    "commit" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "workflow_steps_pkey" PRIMARY KEY ("workflow_id","task_id")
);

-- CreateTable
CREATE TABLE "agent_runs" (
    "workflow_id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "agent" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "worker" TEXT NOT NULL,
    "task_token" TEXT NOT NULL,
    "handed_out_at" BIGINT NOT NULL,
    "isolation" JSONB,
    "exit_code" INTEGER,
    "result" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "agent_runs_pkey" PRIMARY KEY ("workflow_id","task_id","attempt","epoch")
);

-- CreateTable
CREATE TABLE "radicle_sessions" (
    "workflow_id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "worktree" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "head" TEXT NOT NULL,
    "is_open" BOOLEAN NOT NULL,

    CONSTRAINT "radicle_sessions_pkey" PRIMARY KEY ("workflow_id","task_id","attempt")
);

-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "workflow_id" TEXT,
    "task_id" TEXT,
    "attempt" INTEGER,
    "epoch" INTEGER,
    "data" JSONB NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "start_time" TEXT NOT NULL,
    "sandbox" JSONB NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ(3),

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "projects_name_key" ON "projects"("name");

-- CreateIndex
CREATE INDEX "projects_created_at_id_idx" ON "projects"("created_at", "id");

-- CreateIndex
CREATE INDEX "workflows_created_at_id_idx" ON "workflows"("created_at", "id");

-- CreateIndex
CREATE INDEX "workflows_project_id_created_at_id_idx" ON "workflows"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "workflows_status_created_at_id_idx" ON "workflows"("status", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "workflows_project_id_idempotency_key_key" ON "workflows"("project_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "workflow_steps_workflow_id_status_idx" ON "workflow_steps"("workflow_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_steps_workflow_id_position_key" ON "workflow_steps"("workflow_id", "position");

-- CreateIndex
CREATE INDEX "events_workflow_id_id_idx" ON "events"("workflow_id", "id");

-- CreateIndex
CREATE INDEX "events_workflow_id_task_id_id_idx" ON "events"("workflow_id", "task_id", "id");

-- AddForeignKey
ALTER TABLE "workflows" ADD CONSTRAINT "workflows_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_steps" ADD CONSTRAINT "workflow_steps_workflow_id_fkey" FOREIGN KEY ("workflow_id") REFERENCES "workflows"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_runs" ADD CONSTRAINT "agent_runs_workflow_id_task_id_fkey" FOREIGN KEY ("workflow_id", "task_id") REFERENCES "workflow_steps"("workflow_id", "task_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "radicle_sessions" ADD CONSTRAINT "radicle_sessions_workflow_id_task_id_fkey" FOREIGN KEY ("workflow_id", "task_id") REFERENCES "workflow_steps"("workflow_id", "task_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_workflow_id_fkey" FOREIGN KEY ("workflow_id") REFERENCES "workflows"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema file cannot say follows: constraints, partial indexes, functions.

ALTER TABLE projects ADD CONSTRAINT projects_store_check CHECK (store IN ('git', 'radicle'));

ALTER TABLE workflows
  ADD CONSTRAINT workflows_status_check CHECK (status IN ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  ADD CONSTRAINT workflows_landing_check CHECK (landing IN ('none', 'offered', 'landing', 'landed', 'blocked')),
  ADD CONSTRAINT workflows_key_check CHECK ((idempotency_key IS NULL) = (body_hash IS NULL)),
  ADD CONSTRAINT workflows_ended_check CHECK ((ended_at IS NOT NULL) = (status IN ('completed', 'failed', 'cancelled')));

ALTER TABLE workflow_steps
  ADD CONSTRAINT workflow_steps_status_check
    CHECK (status IN ('pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled')),
  ADD CONSTRAINT workflow_steps_waiting_for_check
    CHECK (waiting_for IN ('failed', 'conflict', 'approval', 'question', 'budget', 'paused', 'land', 'unknown-outcome')),
  ADD CONSTRAINT workflow_steps_waiting_check CHECK (waiting_for IS NULL OR (status = 'waiting' AND waiting_since IS NOT NULL)),
  ADD CONSTRAINT workflow_steps_ended_check CHECK ((ended_at IS NOT NULL) = (status IN ('completed', 'failed', 'skipped', 'cancelled'))),
  ADD CONSTRAINT workflow_steps_numbers_check CHECK (position >= 0 AND attempt >= 0);

ALTER TABLE agent_runs
  ADD CONSTRAINT agent_runs_status_check CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled', 'lost')),
  ADD CONSTRAINT agent_runs_ended_check CHECK ((ended_at IS NOT NULL) = (status <> 'running')),
  ADD CONSTRAINT agent_runs_numbers_check CHECK (attempt >= 1 AND epoch >= 1);

-- No step runs twice at once, whatever the code believes.
CREATE UNIQUE INDEX agent_runs_running_key ON agent_runs (workflow_id, task_id) WHERE status = 'running';
CREATE INDEX agent_runs_running_worker_idx ON agent_runs (worker) WHERE status = 'running';
CREATE INDEX radicle_sessions_open_host_idx ON radicle_sessions (host) WHERE is_open;
CREATE INDEX workers_present_idx ON workers (joined_at) WHERE left_at IS NULL;

-- Transactions that tell events. Rules:
-- 1. Each is one statement sent by the client, so that no lock outlives a client that stops in the middle.
-- 2. append_events comes last: its lock is that of the whole installation.
-- 3. Lock order: step rows in the order of the plan, then the workflow's row, then append_events.

-- Appends events in the order of the array. Ids are taken under one lock that is held until the commit has become visible,
-- so whoever has seen an id has seen every smaller one. An event: {type, workflowId?, taskId?, attempt?, epoch?, data?}.
CREATE FUNCTION append_events(entries jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF entries IS NULL OR jsonb_array_length(entries) = 0 THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(727070);
  INSERT INTO events (at, type, workflow_id, task_id, attempt, epoch, data)
  SELECT clock_timestamp(), entry->>'type', entry->>'workflowId', entry->>'taskId',
         (entry->>'attempt')::int, (entry->>'epoch')::int, coalesce(entry->'data', '{}')
  FROM jsonb_array_elements(entries) WITH ORDINALITY AS appended (entry, place)
  ORDER BY place;
END $$;

CREATE FUNCTION is_step_settled(status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT status IN ('completed', 'failed', 'skipped', 'cancelled')
$$;

-- Inserts a workflow with its steps: {id, projectId, name, plan, base, key?, bodyHash?}. False when its id or key is there already.
CREATE FUNCTION accept_workflow(accepted jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  tasks jsonb := accepted->'plan'->'tasks';
BEGIN
  INSERT INTO workflows (id, project_id, name, plan, base, idempotency_key, body_hash)
  VALUES (accepted->>'id', accepted->>'projectId', accepted->'plan'->>'name', accepted->'plan', accepted->>'base',
          accepted->>'key', accepted->>'bodyHash')
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO workflow_steps (workflow_id, task_id, position, task)
  SELECT accepted->>'id', task->>'id', place - 1, task
  FROM jsonb_array_elements(tasks) WITH ORDINALITY AS planned (task, place);
  PERFORM append_events(jsonb_build_array(jsonb_build_object(
    'type', 'workflow-accepted', 'workflowId', accepted->>'id',
    'data', jsonb_build_object('name', accepted->'plan'->>'name', 'projectId', accepted->>'projectId', 'tasks', jsonb_array_length(tasks)))));
  RETURN true;
END $$;

-- Cancels a workflow that never began. False when it is not pending.
CREATE FUNCTION cancel_pending_workflow(id_of_workflow text, why text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  skipped jsonb;
BEGIN
  UPDATE workflows SET status = 'cancelled', reason = why, seq = seq + 1, ended_at = now()
  WHERE id = id_of_workflow AND status = 'pending';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  WITH moved AS (
    UPDATE workflow_steps SET status = 'skipped', seq = seq + 1, ended_at = now()
    WHERE workflow_id = id_of_workflow AND status = 'pending'
    RETURNING task_id, position
  )
  SELECT jsonb_agg(jsonb_build_object('type', 'step-skipped', 'workflowId', id_of_workflow, 'taskId', task_id) ORDER BY position)
  INTO skipped FROM moved;
  PERFORM append_events(coalesce(skipped, '[]') || jsonb_build_object(
    'type', 'workflow-cancelled', 'workflowId', id_of_workflow, 'data', jsonb_build_object('reason', why)));
  RETURN true;
END $$;

-- Writes what only the graph knows: steps [{seq, taskId, status, attempt, error?, waitingFor?}], workflow {seq, status, reason?} or null.
-- A row changes only to a higher seq, and never once it is settled; of several changes to one row all are told and the last is kept.
-- A run that nobody ended, because its activity never came to a worker again, ends with its step: no row says running without an owner.
-- False when there is no such workflow.
CREATE FUNCTION record_changes(id_of_workflow text, step_changes jsonb, workflow_change jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  fresh jsonb;
  ended jsonb;
  told jsonb;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM workflows WHERE id = id_of_workflow) THEN
    RETURN false;
  END IF;
  WITH changed AS (
    SELECT change, change->>'taskId' AS task_id, (change->>'seq')::int AS seq FROM jsonb_array_elements(step_changes) AS given (change)
  ), locked AS (
    SELECT task_id, seq FROM workflow_steps
    WHERE workflow_id = id_of_workflow AND task_id IN (SELECT task_id FROM changed) AND NOT is_step_settled(status)
    ORDER BY position FOR NO KEY UPDATE
  )
  SELECT coalesce(jsonb_agg(change ORDER BY changed.seq), '[]') INTO fresh
  FROM changed JOIN locked USING (task_id) WHERE changed.seq > locked.seq;

  WITH gone AS (
    UPDATE agent_runs run SET status = CASE change.status WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END, ended_at = now()
    FROM jsonb_to_recordset(fresh) AS change ("taskId" text, status text)
    WHERE run.workflow_id = id_of_workflow AND run.task_id = change."taskId" AND run.status = 'running' AND change.status <> 'running'
    RETURNING run.workflow_id, run.task_id, run.attempt, run.epoch, run.status
  )
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'type', 'agent-run-ended', 'workflowId', workflow_id, 'taskId', task_id, 'attempt', attempt, 'epoch', epoch,
    'data', jsonb_build_object('status', status))), '[]')
  INTO ended FROM gone;

  UPDATE workflow_steps step
  SET status = last.status, attempt = last.attempt, seq = last.seq, error = coalesce(last.error, step.error),
      waiting_for = CASE WHEN last.status = 'waiting' THEN last."waitingFor" END,
      waiting_since = CASE WHEN last.status = 'waiting' THEN now() END,
      started_at = CASE WHEN last.status = 'running' THEN coalesce(step.started_at, now()) ELSE step.started_at END,
      ended_at = CASE WHEN is_step_settled(last.status) THEN now() END
  FROM (
    SELECT DISTINCT ON ("taskId") *
    FROM jsonb_to_recordset(fresh) AS change ("taskId" text, seq int, status text, attempt int, error jsonb, "waitingFor" text)
    ORDER BY "taskId", seq DESC
  ) last
  WHERE step.workflow_id = id_of_workflow AND step.task_id = last."taskId";

  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'type', type, 'workflowId', id_of_workflow, 'taskId', change->>'taskId', 'attempt', nullif((change->>'attempt')::int, 0),
    'data', jsonb_strip_nulls(jsonb_build_object('error', change->'error', 'waitingFor', change->'waitingFor'))) ORDER BY place, part), '[]')
  INTO told
  FROM jsonb_array_elements(fresh) WITH ORDINALITY AS written (change, place),
       LATERAL (VALUES (1, CASE WHEN change->>'waitingFor' = 'conflict' THEN 'conflict-found' END),
                       (2, CASE change->>'status' WHEN 'running' THEN 'step-started' ELSE 'step-' || (change->>'status') END)) AS kind (part, type)
  WHERE type IS NOT NULL;

  UPDATE workflows
  SET status = workflow_change->>'status', reason = workflow_change->>'reason', seq = (workflow_change->>'seq')::int,
      started_at = CASE WHEN workflow_change->>'status' = 'running' THEN coalesce(started_at, now()) ELSE started_at END,
      ended_at = CASE WHEN workflow_change->>'status' IN ('completed', 'failed', 'cancelled') THEN now() END
  WHERE id = id_of_workflow AND seq < (workflow_change->>'seq')::int AND status NOT IN ('completed', 'failed', 'cancelled');
  IF FOUND THEN
    told := told || jsonb_build_object(
      'type', CASE workflow_change->>'status' WHEN 'running' THEN 'workflow-started' ELSE 'workflow-' || (workflow_change->>'status') END,
      'workflowId', id_of_workflow, 'data', jsonb_strip_nulls(jsonb_build_object('reason', workflow_change->'reason')));
  END IF;
  PERFORM append_events(ended || told);
  RETURN true;
END $$;

-- An agent run as the program knows it; results are read apart, they may be large.
CREATE FUNCTION agent_run_json(run agent_runs) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'workflowId', run.workflow_id, 'taskId', run.task_id, 'attempt', run.attempt, 'epoch', run.epoch, 'agent', run.agent, 'status', run.status,
    'host', run.host, 'worker', run.worker, 'taskToken', run.task_token, 'isolation', run.isolation, 'exitCode', run.exit_code,
    'startedAt', run.started_at, 'endedAt', run.ended_at)
$$;

CREATE FUNCTION agent_run_event(kind text, run agent_runs, facts jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('type', kind, 'workflowId', run.workflow_id, 'taskId', run.task_id,
                            'attempt', run.attempt, 'epoch', run.epoch, 'data', jsonb_strip_nulls(facts))
$$;

-- Takes an attempt for a worker, telling nothing yet. The claim: {workflowId, taskId, attempt, agent, host, worker, taskToken, handedOutAt, isolation?,
-- seq}. Returns {how: begun | continued | taken-over | ended, run, lost?, events}, or
-- {refused: not-found | stale-attempt | stale-claim | step-settled, status?}.
-- `lost` is the life before: the run that is marked so now, or, for a claim that is repeated, was by the first.
CREATE FUNCTION take_attempt(claim jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  wanted int := (claim->>'attempt')::int;
  at_seq int := (claim->>'seq')::int;
  step workflow_steps;
  latest agent_runs;
  lost agent_runs;
  run agent_runs;
  how text := 'begun';
  told jsonb := '[]';
BEGIN
  SELECT * INTO step FROM workflow_steps
  WHERE workflow_id = claim->>'workflowId' AND task_id = claim->>'taskId' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('refused', 'not-found');
  END IF;
  IF wanted < step.attempt THEN
    RETURN jsonb_build_object('refused', 'stale-attempt', 'status', step.status);
  END IF;
  -- Locked, for its end may be under way: it comes first, or finds that it was taken over.
  SELECT * INTO latest FROM agent_runs
  WHERE workflow_id = step.workflow_id AND task_id = step.task_id AND attempt = wanted ORDER BY epoch DESC LIMIT 1 FOR NO KEY UPDATE;
  IF latest.status IN ('succeeded', 'failed', 'cancelled') THEN
    RETURN jsonb_build_object('how', 'ended', 'run', agent_run_json(latest), 'events', told);
  END IF;
  IF is_step_settled(step.status) THEN
    RETURN jsonb_build_object('refused', 'step-settled', 'status', step.status);
  END IF;
  -- The graph has said something newer of the step than this claim knows: the attempt is over, or was never to begin.
  IF at_seq < step.seq OR (at_seq = step.seq AND latest.epoch IS NULL) THEN
    RETURN jsonb_build_object('refused', 'stale-attempt', 'status', step.status);
  END IF;

  -- A worker that was stopped between being handed the attempt and claiming it, and woke up after another had been handed it.
  IF latest.status = 'running' AND (claim->>'handedOutAt')::bigint < latest.handed_out_at THEN
    RETURN jsonb_build_object('refused', 'stale-claim', 'status', step.status);
  END IF;

  IF latest.status = 'running' AND latest.worker = claim->>'worker' THEN
    how := 'continued';
    UPDATE agent_runs SET task_token = claim->>'taskToken', handed_out_at = (claim->>'handedOutAt')::bigint, isolation = coalesce(claim->'isolation', isolation)
    WHERE workflow_id = step.workflow_id AND task_id = step.task_id AND attempt = wanted AND epoch = latest.epoch
    RETURNING * INTO run;
    SELECT * INTO lost FROM agent_runs
    WHERE workflow_id = step.workflow_id AND task_id = step.task_id AND attempt = wanted AND epoch = latest.epoch - 1;
  ELSE
    UPDATE agent_runs SET status = 'lost', ended_at = now()
    WHERE workflow_id = step.workflow_id AND task_id = step.task_id AND status = 'running' RETURNING * INTO lost;
    IF FOUND THEN
      told := told || agent_run_event('agent-run-lost', lost, jsonb_build_object('host', lost.host, 'worker', lost.worker));
    END IF;
    IF latest.epoch IS NOT NULL THEN
      how := 'taken-over';
    END IF;
    INSERT INTO agent_runs (workflow_id, task_id, attempt, epoch, agent, status, host, worker, task_token, handed_out_at, isolation)
    VALUES (step.workflow_id, step.task_id, wanted, coalesce(latest.epoch, 0) + 1, claim->>'agent', 'running',
            claim->>'host', claim->>'worker', claim->>'taskToken', (claim->>'handedOutAt')::bigint, claim->'isolation')
    RETURNING * INTO run;
    IF how = 'begun' THEN
      told := told || jsonb_build_object('type', 'step-started', 'workflowId', run.workflow_id, 'taskId', run.task_id, 'attempt', wanted);
    END IF;
    told := told || agent_run_event('agent-run-started', run, jsonb_build_object('agent', run.agent, 'host', run.host, 'worker', run.worker));
  END IF;
  UPDATE workflow_steps
  SET status = 'running', attempt = wanted, seq = at_seq, error = NULL, waiting_for = NULL, waiting_since = NULL,
      started_at = coalesce(started_at, now())
  WHERE workflow_id = step.workflow_id AND task_id = step.task_id AND seq < at_seq;
  RETURN jsonb_build_object('how', how, 'run', agent_run_json(run), 'events', told,
                            'lost', CASE WHEN lost.epoch IS NOT NULL THEN agent_run_json(lost) END);
END $$;

CREATE FUNCTION claim_attempt(claim jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  taken jsonb := take_attempt(claim);
BEGIN
  PERFORM append_events(taken->'events');
  RETURN taken - 'events';
END $$;

-- Claims, succeeds and completes at once. An attempt that ended before stays as it is. Returns what claim_attempt does.
CREATE FUNCTION pass_gate(claim jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  taken jsonb := take_attempt(claim);
  run agent_runs;
BEGIN
  IF taken ? 'refused' OR taken->>'how' = 'ended' THEN
    RETURN taken - 'events';
  END IF;
  UPDATE agent_runs SET status = 'succeeded', ended_at = now()
  WHERE workflow_id = claim->>'workflowId' AND task_id = claim->>'taskId' AND status = 'running' RETURNING * INTO run;
  UPDATE workflow_steps SET status = 'completed', seq = (claim->>'seq')::int + 1, ended_at = now()
  WHERE workflow_id = run.workflow_id AND task_id = run.task_id;
  PERFORM append_events((taken->'events')
    || agent_run_event('agent-run-ended', run, jsonb_build_object('status', run.status))
    || jsonb_build_object('type', 'step-completed', 'workflowId', run.workflow_id, 'taskId', run.task_id, 'attempt', run.attempt));
  RETURN taken - 'events';
END $$;
