import { ApplicationFailure, CancellationScope, CancelledFailure, setHandler } from '@temporalio/workflow';
import type { RunGraphInput } from '../src/domain/messages.js';
import { GraphExecution, type Letter, type Verdict } from './graph-execution.js';
import { loadRun } from './load-graph.js';
import { Mailbox } from './mailbox.js';
import { cancel, taskSettled } from './signals.js';

/**
 * Executes a task graph to its end: everything that happens to it comes through one mailbox. Ends in Temporal as it ends in the database:
 * completed, failed or cancelled (a cancel that reached an earlier run of it is told by the result alone).
 */
export async function runGraph(input: RunGraphInput): Promise<Verdict> {
  const mailbox = new Mailbox<Letter>();
  setHandler(taskSettled, (settled) => mailbox.put({ kind: 'settled', ...settled }));
  setHandler(cancel, ({ reason }) => mailbox.put({ kind: 'cancel', reason }));
  const root = CancellationScope.current();
  root.cancelRequested.catch(() => mailbox.put({ kind: 'cancel', reason: 'cancelled in Temporal' }));

  const verdict = await CancellationScope.nonCancellable(() => execute(input, mailbox));
  if (verdict === 'failed') throw ApplicationFailure.nonRetryable('a step failed', 'workflow-failed');
  if (verdict === 'cancelled' && root.consideredCancelled) throw new CancelledFailure('cancelled');
  return verdict;
}

async function execute(input: RunGraphInput, mailbox: Mailbox<Letter>): Promise<Verdict> {
  const run = await loadRun(input.workflowId, input.carried?.run);
  return run ? new GraphExecution(input, run, mailbox).play() : 'cancelled';
}
