import type { AttemptRef } from '../../domain/names.js';

/** One line without control characters and marks that turn text around; `fallback` when nothing is left. */
export function oneLine(text: string, fallback: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return line || fallback;
}

/** Message of a step's one commit. */
export function stepMessage(title: string, { workflowId, taskId, attempt }: AttemptRef): string {
  const trailers = [`Perennial-Workflow: ${workflowId}`, `Perennial-Step: ${taskId}`, `Perennial-Attempt: ${attempt}`];
  return `${oneLine(title, taskId)}\n\n${trailers.join('\n')}\n`;
}

/** Message of a merge onto the integration branch. It never carries the step's trailer, which its commit alone has. */
export function mergeMessage({ workflowId, taskId }: AttemptRef): string {
  return `Merge ${taskId}\n\nPerennial-Workflow: ${workflowId}\nPerennial-Merges: ${taskId}\n`;
}

/** Message of work that no branch holds. */
export function keptMessage({ workflowId, taskId, attempt }: AttemptRef): string {
  return `Kept: ${taskId}, attempt ${attempt}\n\nPerennial-Workflow: ${workflowId}\n`;
}
