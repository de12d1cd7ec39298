import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import type { Repositories } from '../support/repositories.js';
import { describeAcceptance } from './repositories/acceptance.js';
import { describeAgentRuns } from './repositories/agent-runs.js';
import { describeClaims } from './repositories/claims.js';
import { describeEvents } from './repositories/events.js';
import { describeProjects } from './repositories/projects.js';
import { describeSessions } from './repositories/sessions.js';
import { describeSteps } from './repositories/steps.js';
import { describeWorkers } from './repositories/workers.js';
import { describeWorkflowChanges } from './repositories/workflow-changes.js';
import { describeWorkflowLists } from './repositories/workflow-lists.js';

export interface OpenRepositories {
  readonly repositories: Repositories;
  close(): Promise<void>;
}

/** What all that stands on the repositories relies on, whatever keeps the rows. */
export function describeRepositories(kind: string, open: () => Promise<OpenRepositories>): void {
  describe(`repositories: ${kind}`, () => {
    jest.setTimeout(60_000);
    let opened: OpenRepositories;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const repositories = () => opened.repositories;

    describeProjects(repositories);
    describeAcceptance(repositories);
    describeWorkflowChanges(repositories);
    describeWorkflowLists(repositories);
    describeSteps(repositories);
    describeClaims(repositories);
    describeAgentRuns(repositories);
    describeSessions(repositories);
    describeWorkers(repositories);
    describeEvents(repositories);
  });
}
