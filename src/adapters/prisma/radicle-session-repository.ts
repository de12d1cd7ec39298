import { notFound } from '../../domain/errors.js';
import type { AttemptRef } from '../../domain/names.js';
import type { RadicleSessionRepository } from '../../ports/radicle-session-repository.js';
import type { Client } from './connect.js';
import { isForeignKeyViolation } from './database-errors.js';

export function createRadicleSessionRepository(client: Client): RadicleSessionRepository {
  return {
    async save({ workflowId, taskId, attempt, host, worktree, branch, base, head, isOpen }) {
      const key = { workflowId, taskId, attempt };
      const facts = { host, worktree, branch, base, head, isOpen };
      try {
        await client.radicleSession.upsert({ where: byAttempt(key), create: { ...key, ...facts }, update: facts });
      } catch (error) {
        throw isForeignKeyViolation(error) ? notFound('step', `${workflowId}/${taskId}`) : error;
      }
    },
    async find(attempt) {
      return (await client.radicleSession.findUnique({ where: byAttempt(attempt) })) ?? undefined;
    },
    openOn(host) {
      return client.radicleSession.findMany({
        where: { host, isOpen: true },
        orderBy: [{ workflowId: 'asc' }, { taskId: 'asc' }, { attempt: 'asc' }],
      });
    },
    async close({ workflowId, taskId, attempt }, head) {
      await client.radicleSession.updateMany({ where: { workflowId, taskId, attempt }, data: { head, isOpen: false } });
    },
  };
}

/** Callers hand in more than the key at times; only the key counts. */
function byAttempt({ workflowId, taskId, attempt }: AttemptRef) {
  return { workflowId_taskId_attempt: { workflowId, taskId, attempt } };
}
