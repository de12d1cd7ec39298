import { z } from 'zod';
import { WORKFLOW_STATUSES } from '../domain/status.js';

/** Shapes of what is sent to the API. What is wrong here is 400; what is wrong inside a plan is 422. */

/** PostgreSQL takes neither NUL nor half of a surrogate pair. */
const isStorable = (value: string) => !/\0|\p{Surrogate}/u.test(value);
const text = (max: number) => z.string().min(1).max(max).refine(isStorable, 'contains a NUL character or half of a character');

export const addProjectRequest = z.strictObject({
  source: text(4_096),
  name: text(100).optional(),
  defaultBranch: text(255).optional(),
});

export const acceptWorkflowRequest = z
  .strictObject({ plan: z.unknown().optional(), planText: z.string().optional() })
  .refine((body) => (body.plan === undefined) !== (body.planText === undefined), 'expected either plan or planText');

export const cancelRequest = z.strictObject({ reason: text(1_000).optional() });

export const idempotencyKey = text(255).optional();

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const workflowsQuery = z.object({
  projectId: text(100).optional(),
  status: z.enum(WORKFLOW_STATUSES).optional(),
  limit: count(1, 500).default(50),
  cursor: text(200).optional(),
});

export const eventsQuery = z.object({
  after: count(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: count(1, 10_000).default(1_000),
});

export const logQuery = z.object({
  attempt: count(1, 1_000_000).optional(),
  /** The last so many bytes. */
  tail: count(1, 64 * 1024 * 1024).optional(),
});
