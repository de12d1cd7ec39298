import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { silence } from '../support/silence.js';

silence();

const FOLDER = new URL('histories/', import.meta.url);
const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
const histories = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

test('there are histories to replay', () => {
  expect(histories.length).toBeGreaterThanOrEqual(4);
});

test.each(histories)('this build goes on with a run whose history is %s', async (name) => {
  const history = historyFromJSON(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  await expect(Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, history, 'wf')).resolves.toBeUndefined();
});

test('a history that this build would not have written is refused', async () => {
  const history = JSON.parse(readFileSync(new URL('diamond.json', FOLDER), 'utf8'));
  const scheduled = history.events.find(
    (event: { activityTaskScheduledEventAttributes?: object }) => event.activityTaskScheduledEventAttributes,
  );
  scheduled.activityTaskScheduledEventAttributes.activityType.name = 'somethingElse';
  const replay = Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, historyFromJSON(history), 'wf');
  await expect(replay).rejects.toThrow();
});
