import { expect, test } from '@jest/globals';
import { createGateModule } from '../../../src/modules/agent/gate-module.js';
import { ATTEMPT, agentWorld } from '../../support/stand-ins/agent-world.js';

test('a gate is passed by the worker that was handed it; passing it again changes nothing', async () => {
  const { repositories, told, runs } = await agentWorld({});
  const gates = createGateModule({ ...repositories, host: 'host', worker: 'host:11:1' });
  await gates.pass(ATTEMPT, { taskToken: 'token', handedOutAt: 1 });
  const first = await told();
  await gates.pass(ATTEMPT, { taskToken: 'later', handedOutAt: 2 });
  expect(first).toEqual(['step-started', 'agent-run-started', 'agent-run-ended succeeded', 'step-completed']);
  expect(await told()).toEqual(first);
  expect(await runs()).toMatchObject([{ agent: 'none', host: 'host', worker: 'host:11:1', taskToken: 'token', status: 'succeeded' }]);
  expect(await repositories.steps.find('wf', 'a')).toMatchObject({ status: 'completed', attempt: 1 });
});
