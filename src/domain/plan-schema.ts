import { z } from 'zod';
import { parseDuration } from './duration.js';

/** The plan file as written. Strict: an unknown key is refused by name. */

const PROMPT_LIMIT = 64 * 1024;

const text = (max: number) => z.string().min(1).max(max);
const command = text(PROMPT_LIMIT);
const duration = z
  .string()
  .refine((value) => parseDuration(value) !== undefined, 'expected a duration such as 90s, 10m or 2h')
  .transform((value) => parseDuration(value) as number);

export const taskId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected 1 to 63 of a-z, 0-9 and "-", beginning with a letter or digit');

export const failurePolicy = z.enum(['ask', 'skip-dependents', 'fail']);
export type FailurePolicy = z.infer<typeof failurePolicy>;

const agentKind = z
  .string()
  .max(100)
  .regex(/^(script|none|llm|acp:[a-z0-9][a-z0-9._-]*)$/, 'expected script, none, llm or acp:<name>');

const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'expected a name of letters, digits and "_"')
  .refine((name) => !name.startsWith('PERENNIAL_'), 'names beginning with PERENNIAL_ are ours');

/** Fields that `defaults` may give to every task. */
const sharedTaskFields = {
  title: text(200).optional(),
  agent: agentKind.optional(),
  repeat: z.enum(['redo', 'ask']).optional(),
  checks: z.array(command).max(100).optional(),
  recheck: z.boolean().optional(),
  paths: z.array(text(1_000)).max(1_000).optional(),
  env: z.record(envName, z.string().max(PROMPT_LIMIT)).optional(),
  network: z.enum(['on', 'off']).optional(),
  priority: z.int().min(1).max(5).optional(),
  timeout: duration.optional(),
  maxAttempts: z.int().min(1).max(100).optional(),
  onFailure: failurePolicy.optional(),
  approve: z.boolean().optional(),
};

const taskSchema = z.strictObject({
  id: taskId,
  needs: z.array(z.string()).max(10_000).default([]),
  run: z.array(command).min(1).max(1_000).optional(),
  prompt: text(PROMPT_LIMIT).optional(),
  ...sharedTaskFields,
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  name: text(100),
  goal: text(PROMPT_LIMIT).optional(),
  maxParallel: z.int().min(1).max(200).default(4),
  onFailure: failurePolicy.default('ask'),
  budget: z
    .strictObject({ usd: z.number().positive().optional(), tokens: z.int().positive().optional(), time: duration.optional() })
    .optional(),
  land: z.enum(['ask', 'auto', 'never']).default('ask'),
  checks: z.array(command).max(100).default([]),
  defaults: z.strictObject(sharedTaskFields).default({}),
  tasks: z.array(taskSchema).min(1).max(10_000),
});

export type WrittenPlan = z.output<typeof planSchema>;
export type WrittenTask = WrittenPlan['tasks'][number];
