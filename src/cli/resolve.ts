import { notFound, rejected } from '../domain/errors.js';
import type { StudioClient } from './client.js';
import type { ProjectDocument, StepDocument, WorkflowSummaryDocument } from './documents.js';
import { wrongUsage } from './failures.js';

/**
 * What people name things by: an id, the beginning of an id that fits one thing only, and for a project its name. An exact fit wins over a
 * beginning. Throws `ambiguous` naming the candidates, and `not-found`.
 */
export async function findProject(studio: StudioClient, given: string): Promise<ProjectDocument> {
  const projects = await studio.projects();
  const named = projects.find((project) => project.id === given) ?? projects.find((project) => project.name === given);
  return named ?? onlyMatch('project', given, beginningWith(projects, given, byId), ({ id, name }) => `${id} (${name})`);
}

/** The whole id of a workflow. */
export async function findWorkflowId(studio: StudioClient, given: string): Promise<string> {
  if (WHOLE_ID.test(given)) return given;
  const matches: WorkflowSummaryDocument[] = [];
  for await (const workflow of studio.everyWorkflow()) if (given !== '' && workflow.id.startsWith(given)) matches.push(workflow);
  return onlyMatch('workflow', given, matches, ({ id, name }) => `${id} (${name})`).id;
}

const WHOLE_ID = /^[a-z2-7]{16}$/;

export async function findStep(studio: StudioClient, workflowId: string, given: string): Promise<StepDocument> {
  const steps = await studio.steps(workflowId);
  const exact = steps.find((step) => step.taskId === given);
  return exact ?? onlyMatch('task', given, beginningWith(steps, given, byTaskId), ({ taskId }) => taskId);
}

const byId = ({ id }: { id: string }): string => id;
const byTaskId = ({ taskId }: { taskId: string }): string => taskId;

function beginningWith<T>(things: readonly T[], given: string, nameOf: (thing: T) => string): T[] {
  if (given === '') throw wrongUsage('an empty text names nothing');
  return things.filter((thing) => nameOf(thing).startsWith(given));
}

const CANDIDATES_SHOWN = 10;

function onlyMatch<T>(what: string, given: string, matches: readonly T[], show: (thing: T) => string): T {
  const [first, second] = matches;
  if (first === undefined) throw notFound(what, given);
  if (second === undefined) return first;
  const shown = matches.slice(0, CANDIDATES_SHOWN).map(show);
  const more = matches.length > CANDIDATES_SHOWN ? ` and ${matches.length - CANDIDATES_SHOWN} more` : '';
  throw rejected('ambiguous', `"${given}" fits ${matches.length} ${what}s: ${shown.join(', ')}${more}; give more of it`);
}
