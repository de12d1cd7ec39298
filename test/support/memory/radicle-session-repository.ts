import { notFound } from '../../../src/domain/errors.js';
import { type AttemptRef, attemptName } from '../../../src/domain/names.js';
import type { RadicleSessionRepository } from '../../../src/ports/radicle-session-repository.js';
import type { MemoryDatabase } from './database.js';

const sessionKey = (attempt: AttemptRef): string => `${attempt.workflowId}/${attemptName(attempt)}`;

export function memorySessions(database: MemoryDatabase): RadicleSessionRepository {
  return {
    async save({ workflowId, taskId, attempt, host, worktree, branch, base, head, isOpen }) {
      if (!database.step(workflowId, taskId)) throw notFound('step', `${workflowId}/${taskId}`);
      const session = { workflowId, taskId, attempt, host, worktree, branch, base, head, isOpen };
      database.sessions.set(sessionKey(session), session);
    },
    find: async (attempt) => database.sessions.get(sessionKey(attempt)),
    openOn: async (host) => [...database.sessions.values()].filter((session) => session.host === host && session.isOpen),
    async close(attempt, head) {
      const session = database.sessions.get(sessionKey(attempt));
      if (session) database.sessions.set(sessionKey(attempt), { ...session, head, isOpen: false });
    },
  };
}
