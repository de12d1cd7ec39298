import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  activityId,
  agentRunId,
  attemptName,
  baseRef,
  checkpointPrefix,
  checkpointRef,
  integrationBranch,
  keptRef,
  sourceRef,
  stepBranch,
  taskWorkflowId,
  workerId,
  workerProcess,
} from '../../src/domain/names.js';

const ref = { workflowId: 'abcdefgh23456777', taskId: 'format', attempt: 2 };

test('every name says in plain words what it belongs to', () => {
  expect({
    integration: integrationBranch(ref.workflowId),
    step: stepBranch(ref.workflowId, ref.taskId),
    source: sourceRef('main'),
    base: baseRef(ref.workflowId),
    kept: keptRef(ref),
    keptMore: keptRef(ref, '/tree'),
    checkpoint: checkpointRef(ref, 3),
    run: agentRunId({ ...ref, epoch: 4 }),
    child: taskWorkflowId(ref),
    activity: activityId(ref, 'work'),
  }).toEqual({
    integration: 'perennial/abcdefgh23456777/integration',
    step: 'perennial/abcdefgh23456777/step/format',
    source: 'refs/perennial/source/main',
    base: 'refs/perennial/base/abcdefgh23456777',
    kept: 'refs/perennial/kept/abcdefgh23456777/format.2',
    keptMore: 'refs/perennial/kept/abcdefgh23456777/format.2/tree',
    checkpoint: 'refs/perennial/checkpoint/abcdefgh23456777.format.2/3',
    run: 'abcdefgh23456777.format.2.4',
    child: 'abcdefgh23456777/task/format.2',
    activity: 'format.2.work',
  });
});

describe('for any workflow and any task that a plan may name', () => {
  const character = (all: string) => fc.constantFrom(...all);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const workflowId = fc.string({ unit: character(`${letters}234567`), minLength: 16, maxLength: 16 });
  const tail = fc.string({ unit: character(`${letters}0123456789-`), maxLength: 62 });
  const taskId = fc.oneof(
    fc.tuple(character(`${letters}0123456789`), tail).map(([first, rest]) => first + rest),
    fc.constantFrom('head', 'lock', 'a-', '0', 'a'.repeat(63)),
  );
  const attemptRef = fc.record({ workflowId, taskId, attempt: fc.integer({ min: 1, max: 1_000 }) });

  test('git takes the names of branches and refs', () => {
    const refs = fc
      .sample(fc.tuple(attemptRef, fc.integer({ min: 1, max: 1_000 })), { numRuns: 40, seed: 1 })
      .flatMap(([attempt, n]) => [
        `refs/heads/${integrationBranch(attempt.workflowId)}`,
        `refs/heads/${stepBranch(attempt.workflowId, attempt.taskId)}`,
        baseRef(attempt.workflowId),
        keptRef(attempt),
        checkpointRef(attempt, n),
      ]);
    const script = 'for ref; do git check-ref-format "$ref" || echo "$ref"; done';
    expect(execFileSync('sh', ['-c', script, 'sh', ...refs], { encoding: 'utf8' })).toBe('');
  });

  test('two attempts have no name in common, and no ref lies below another', () => {
    fc.assert(
      fc.property(attemptRef, attemptRef, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        for (const name of [keptRef, taskWorkflowId, checkpointPrefix]) {
          expect(name(a)).not.toBe(name(b));
          expect(`${name(a)}/`.startsWith(`${name(b)}/`)).toBe(false);
        }
        expect(agentRunId({ ...a, epoch: 1 })).not.toBe(agentRunId({ ...b, epoch: 1 }));
      }),
    );
  });

  test('the run mark of an attempt tells workflow, task, attempt and epoch apart', () => {
    fc.assert(
      fc.property(attemptRef, fc.integer({ min: 1 }), (attempt, epoch) => {
        const { workflowId: workflow, taskId: task } = attempt;
        expect(agentRunId({ ...attempt, epoch }).split('.')).toEqual([workflow, task, String(attempt.attempt), String(epoch)]);
        expect(attemptName(attempt)).toBe(`${task}.${attempt.attempt}`);
      }),
    );
  });
});

describe('the id of a worker', () => {
  test('gives its process back, whatever the host is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (host, pid, ticks) => {
        const process = { pid, startTime: String(ticks) };
        expect(workerProcess(workerId(host, process))).toEqual(process);
      }),
    );
  });

  test.each(['', 'host', 'host:12', 'host:12:', 'host:a:b', 'host:1:2 '])('%j is none, and says so', (id) => {
    expect(() => workerProcess(id)).toThrow(`"${id}" is no id of a worker`);
  });
});
