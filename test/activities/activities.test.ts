import { describe, expect, test } from '@jest/globals';

import { agentActivities, mainActivities } from '../../activities/index.js';
import type { Activities } from '../../src/domain/activities.js';
import { notFound } from '../../src/domain/errors.js';
import { ATTEMPT } from '../support/stand-ins/agent-world.js';
import { anActivity } from '../support/stand-ins/an-activity.js';

const REFUSED = notFound('workflow', 'nowhere');
const refuse = () => Promise.reject(REFUSED);

/** All activities over modules that refuse everything. */
const refusing: Activities = {
  ...mainActivities({ gates: { pass: refuse }, graphs: { load: refuse, record: refuse }, radicle: { finish: refuse } }),
  ...agentActivities({ work: refuse }),
};

describe('every activity', () => {
  test.each([
    ['loadGraph', () => refusing.loadGraph({ workflowId: 'nowhere', from: 0 })],
    ['record', () => refusing.record({ workflowId: 'nowhere', steps: [] })],
    ['passGate', () => refusing.passGate(ATTEMPT)],
    ['finishTask', () => refusing.finishTask({ ...ATTEMPT, tree: 't' })],
    ['workOnTask', () => refusing.workOnTask(ATTEMPT)],
  ])('tells Temporal its errors under their code: %s', async (_, call) => {
    await expect(anActivity().run(call)).rejects.toMatchObject({
      name: 'ApplicationFailure',
      type: 'not-found',
      cause: REFUSED,
    });
  });
});

test('a gate is passed with the token of its activity, and its task is completed', async () => {
  const passed: unknown[] = [];
  const gates = { pass: async (...given: unknown[]) => void passed.push(given) };
  const { passGate } = mainActivities({ gates, graphs: { load: refuse, record: refuse }, radicle: { finish: refuse } });
  const environment = anActivity({ taskToken: Buffer.from('a token') });
  expect(await environment.run(passGate, ATTEMPT)).toEqual({ kind: 'completed' });
  expect(JSON.stringify(passed)).toContain(Buffer.from('a token').toString('base64'));
});
