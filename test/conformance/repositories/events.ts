import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/domain/events.js';
import type { Repositories } from '../../support/repositories.js';
import { aClaim, accepted, eventsOf, type Open } from './fixtures.js';

export function describeEvents(open: Open): void {
  describe('events', () => {
    test('they are read on from an id, as many as asked', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.passGate(aClaim(id));
      const all = await eventsOf(repositories, id);
      const after = (all[1] as Event).id;
      expect(await repositories.events.list({ workflowId: id, after, limit: 2 })).toEqual(all.slice(2, 4));
      expect(await repositories.events.list({ workflowId: id, after: (all.at(-1) as Event).id, limit: 2 })).toEqual([]);
      const ids = all.map((event) => event.id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    });

    test('those of one task, and those over all workflows, come from the same row', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      await repositories.agentRuns.passGate(aClaim(id));
      await repositories.agentRuns.passGate(aClaim(id, { taskId: 'b', seq: 4 }));
      const all = await eventsOf(repositories, id);
      const ofB = await repositories.events.list({ workflowId: id, taskId: 'b', after: 0, limit: 100 });
      expect(ofB).toEqual(all.filter(({ taskId }) => taskId === 'b'));
      const after = (all[0] as Event).id - 1;
      const everywhere = await repositories.events.list({ after, limit: 1_000_000 });
      expect(everywhere.filter(({ workflowId }) => workflowId === id)).toEqual(all);
    });

    test('whoever has seen an id has seen every smaller one, over all workflows, while eight write at once', async () => {
      const repositories = open();
      const workflows = await Promise.all(Array.from({ length: 8 }, () => accepted(repositories)));
      const start = (await repositories.events.list({ after: 0, limit: 1_000_000 })).at(-1)?.id ?? 0;
      const writing = { isOver: false };
      const writers = Promise.all(workflows.map(({ id }) => write(repositories, id))).finally(() => {
        writing.isOver = true;
      });
      const seen = await follow(repositories, start, writing);
      await writers;
      const after = await repositories.events.list({ after: start, limit: 1_000_000 });
      expect(seen).toEqual(after.map(({ id }) => id));
      expect(seen.length).toBeGreaterThanOrEqual(8 * EVENTS_A_WRITER);
    }, 60_000);
  });
}

const ROUNDS = 40;
const EVENTS_A_WRITER = 2 + ROUNDS * 3;

async function write({ agentRuns }: Repositories, workflowId: string): Promise<void> {
  const { run } = await agentRuns.claim(aClaim(workflowId));
  const event = (n: number) => ({ type: 'command-started' as const, data: { n } });
  for (let n = 0; n < ROUNDS; n++) await agentRuns.append(run, [event(n), event(n), event(n)]);
}

/** Reads on from the highest id seen, as a follower of the stream does, until the writers are done and nothing is left. */
async function follow({ events }: Repositories, start: number, writing: { readonly isOver: boolean }): Promise<number[]> {
  const seen: number[] = [];
  for (;;) {
    const wasOver = writing.isOver;
    const page = await events.list({ after: seen.at(-1) ?? start, limit: 50 });
    seen.push(...page.map(({ id }) => id));
    if (page.length === 0 && wasOver) return seen;
    if (page.length === 0) await new Promise(setImmediate);
  }
}
