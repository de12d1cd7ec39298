import { z } from 'zod';
import { parseDuration } from './duration.js';
import { utf8Length } from './utf8-length.js';

/** The plan file as written. Strict: an unknown key is refused by name. */

const PROMPT_LIMIT = 64 * 1024;

const isShort = (text: string) => utf8Length(text) <= PROMPT_LIMIT;
const TOO_LONG = `is longer than ${PROMPT_LIMIT / 1024} KB`;

const text = (max: number) => z.string().min(1).max(max);
const longText = z.string().min(1).refine(isShort, TOO_LONG);
const command = longText;
/** One string is one command. */
const commands = (least: number, most: number) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(command).min(least).max(most));
const duration = z
  .string()
  .refine((value) => parseDuration(value) !== undefined, 'expected a duration such as 90s, 10m or 2h')
  .transform((value) => parseDuration(value) as number);

/** Node's timers hold 2^31 ms, 24.8 days, and fire at once beyond. */
const LONGEST_TIMEOUT_MS = 24 * 86_400_000;
const timeout = duration.refine((ms) => ms <= LONGEST_TIMEOUT_MS, 'expected at most 24d');

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

/** The patterns of a task travel in Temporal's histories, where one payload stays below 64 KB. */
const PATHS_LIMIT = 32 * 1024;
const isCarried = (paths: readonly string[]) => paths.reduce((sum, path) => sum + utf8Length(path), 0) <= PATHS_LIMIT;

/** Read as below the root of the repository, which no `..` may leave. */
const pathPattern = text(1_000).refine((pattern) => !pattern.split('/').includes('..'), 'expected a path below the root, without ".."');

/** Fields that `defaults` may give to every task. */
const sharedTaskFields = {
  title: text(200).optional(),
  agent: agentKind.optional(),
  repeat: z.enum(['redo', 'ask']).optional(),
  checks: commands(0, 100).optional(),
  recheck: z.boolean().optional(),
  paths: z.array(pathPattern).max(1_000).refine(isCarried, 'are longer than 32 KB together').optional(),
  env: z.record(envName, z.string().refine(isShort, TOO_LONG)).optional(),
  network: z.enum(['on', 'off']).optional(),
  priority: z.int().min(1).max(5).optional(),
  timeout: timeout.optional(),
  maxAttempts: z.int().min(1).max(100).optional(),
  onFailure: failurePolicy.optional(),
  approve: z.boolean().optional(),
};

const taskSchema = z.strictObject({
  id: taskId,
  needs: z.array(z.string()).max(10_000).default([]),
  run: commands(1, 1_000).optional(),
  prompt: longText.optional(),
  ...sharedTaskFields,
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  name: text(100),
  goal: longText.optional(),
  maxParallel: z.int().min(1).max(200).default(4),
  onFailure: failurePolicy.default('ask'),
  budget: z
    .strictObject({ usd: z.number().positive().optional(), tokens: z.int().positive().optional(), time: duration.optional() })
    .optional(),
  land: z.enum(['ask', 'auto', 'never']).default('ask'),
  checks: commands(0, 100).default([]),
  defaults: z.strictObject(sharedTaskFields).default({}),
  tasks: z.array(taskSchema).min(1).max(10_000),
});

export type WrittenPlan = z.output<typeof planSchema>;
export type WrittenTask = WrittenPlan['tasks'][number];
