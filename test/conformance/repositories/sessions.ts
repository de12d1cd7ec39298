import { describe, expect, test } from '@jest/globals';
import { accepted, anId, BASE, COMMIT, type Open } from './fixtures.js';

export function describeSessions(open: Open): void {
  const aSession = (workflowId: string, host: string) => ({
    ...{ workflowId, taskId: 'a', attempt: 1, host, worktree: '/srv/tree', branch: 'perennial/x/step/a' },
    ...{ base: BASE, head: BASE, isOpen: true },
  });

  describe('sessions', () => {
    test('a session is found by its attempt, and saving it again replaces it', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const session = aSession(id, anId());
      await repositories.sessions.save(session);
      expect(await repositories.sessions.find(session)).toEqual(session);
      const moved = { ...session, host: anId(), worktree: '/srv/other', head: COMMIT };
      await repositories.sessions.save(moved);
      expect(await repositories.sessions.find(session)).toEqual(moved);
      expect(await repositories.sessions.openOn(session.host)).toEqual([]);
      expect(await repositories.sessions.openOn(moved.host)).toEqual([moved]);
    });

    test('a closed session keeps its head and is not open on its host', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const session = aSession(id, anId());
      await repositories.sessions.save(session);
      for (let n = 0; n < 2; n++) await repositories.sessions.close(session, COMMIT);
      expect(await repositories.sessions.find(session)).toEqual({ ...session, head: COMMIT, isOpen: false });
      expect(await repositories.sessions.openOn(session.host)).toEqual([]);
    });

    test('more than a session may be handed in: only what belongs to it is kept', async () => {
      const repositories = open();
      const { id } = await accepted(repositories);
      const session = aSession(id, anId());
      const more = { ...session, epoch: 3, projectId: 'p', ref: {} };
      await repositories.sessions.save(more);
      await repositories.sessions.close(more, BASE);
      expect(await repositories.sessions.find(more)).toEqual({ ...session, isOpen: false });
    });

    test('what is not there is undefined, and a session needs its step', async () => {
      const { sessions } = open();
      const absent = { workflowId: anId(), taskId: 'a', attempt: 1 };
      expect(await sessions.find(absent)).toBeUndefined();
      await sessions.close(absent, BASE);
      await expect(sessions.save(aSession(anId(), 'host'))).rejects.toMatchObject({ code: 'not-found', details: { what: 'step' } });
    });
  });
}
