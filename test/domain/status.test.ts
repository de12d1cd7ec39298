import { describe, expect, test } from '@jest/globals';
import {
  canMoveStep,
  canMoveWorkflow,
  isStepSettled,
  isWorkflowEnded,
  STEP_STATUSES,
  type StepStatus,
  WORKFLOW_STATUSES,
  type WorkflowStatus,
} from '../../src/domain/status.js';

/** `from: to to …`, one line a status: the whole table. */
const WORKFLOW_TABLE = `
  pending: running failed cancelled
  running: paused completed failed cancelled
  paused: running completed failed cancelled
  completed:
  failed:
  cancelled:`;

const STEP_TABLE = `
  pending: running waiting completed failed skipped cancelled
  running: running pending waiting completed failed skipped cancelled
  waiting: pending running completed failed skipped cancelled
  completed:
  failed:
  skipped:
  cancelled:`;

describe('a workflow moves', () => {
  const allowed = readTable(WORKFLOW_TABLE);
  const moves = WORKFLOW_STATUSES.flatMap((from) => WORKFLOW_STATUSES.map((to): [WorkflowStatus, WorkflowStatus] => [from, to]));
  test.each(moves)('from %s to %s exactly when the table says so', (from, to) => {
    expect(canMoveWorkflow(from, to)).toBe(allowed.has(`${from} ${to}`));
  });

  test('no further once it has ended', () => {
    expect(WORKFLOW_STATUSES.filter(isWorkflowEnded)).toEqual(['completed', 'failed', 'cancelled']);
  });
});

describe('a step moves', () => {
  const allowed = readTable(STEP_TABLE);
  const moves = STEP_STATUSES.flatMap((from) => STEP_STATUSES.map((to): [StepStatus, StepStatus] => [from, to]));
  test.each(moves)('from %s to %s exactly when the table says so', (from, to) => {
    expect(canMoveStep(from, to)).toBe(allowed.has(`${from} ${to}`));
  });

  test('no further once it is settled', () => {
    expect(STEP_STATUSES.filter(isStepSettled)).toEqual(['completed', 'failed', 'skipped', 'cancelled']);
  });
});

function readTable(table: string): Set<string> {
  const lines = table.trim().split('\n');
  return new Set(
    lines.flatMap((line) => {
      const [from, targets = ''] = line.trim().split(':');
      return targets
        .trim()
        .split(' ')
        .map((to) => `${from} ${to}`);
    }),
  );
}
