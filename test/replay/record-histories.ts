import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, test } from '@jest/globals';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkResult } from '../../src/domain/activities.js';
import { type WorkflowWorld, workflowWorld } from '../support/workflow-world.js';

/**
 * Records the histories that `replay.test.ts` replays. Run when a workflow's commands changed on purpose, and keep the old histories as long as
 * such runs may be open somewhere: `npm test -- --testMatch '**' + '/record-histories.ts'`.
 */
const FOLDER = new URL('histories/', import.meta.url);

let world: WorkflowWorld;
beforeAll(async () => {
  world = await workflowWorld();
  await mkdir(FOLDER, { recursive: true });
}, 60_000);
afterAll(() => world.close());

const script = (id: string, needs: string[] = [], more: object = {}) => ({ id, needs, run: ['true'], ...more });
const FAILED: WorkResult = { kind: 'failed', error: { code: 'command-failed', message: 'exit code 1: false' } };

async function keep(name: string, handle: Awaited<ReturnType<WorkflowWorld['run']>>): Promise<void> {
  await handle.result().catch(() => undefined);
  await writeFile(new URL(`${name}.json`, FOLDER), historyToJSON(await handle.fetchHistory()));
}

test('a diamond of scripts and a gate', async () => {
  await keep('diamond', await world.run({ tasks: [script('a'), script('b', ['a']), { id: 'c', needs: ['a'] }, script('d', ['b', 'c'])] }));
});

test('a step that is tried again and then fails the workflow', async () => {
  await keep('failed', await world.run({ onFailure: 'fail', tasks: [script('a'), script('b', ['a'])] }, { work: () => FAILED }));
});

test('a step that waits for a person, and a cancel', async () => {
  const handle = await world.run({ tasks: [script('a', [], { maxAttempts: 1 }), script('b', ['a'])] }, { work: () => FAILED });
  while (!world.trace.includes('waiting a.1')) await new Promise((resolve) => setTimeout(resolve, 20));
  await handle.signal('cancel', { reason: 'seen' });
  await keep('waiting-cancelled', handle);
});

test('a chain that continues as new with children', async () => {
  const tasks = Array.from({ length: 20 }, (_, index) => script(`t${index}`, index > 0 ? [`t${index - 1}`] : []));
  const handle = await world.run({ tasks }, { maxEvents: 60 });
  await handle.result();
  await writeFile(new URL('continued.json', FOLDER), historyToJSON(await handle.fetchHistory()));
}, 30_000);
