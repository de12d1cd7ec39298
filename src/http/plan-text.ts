import { parseDocument } from 'yaml';
import { type PlanIssue, planRefused } from '../domain/plan.js';
import { DEPTH_LIMIT, isDeeperThan } from './body.js';

const TEXT_LIMIT = 4 * 1024 * 1024;

/** The plan in YAML or JSON text, parsed and not yet validated. Throws `plan-refused` with the place of what cannot be read. */
export function parsePlanText(text: string): unknown {
  if (Buffer.byteLength(text) > TEXT_LIMIT) throw refused(`the text is larger than ${TEXT_LIMIT / 1024 / 1024} MB`);
  const plan = read(text);
  if (isDeeperThan(plan, DEPTH_LIMIT)) throw refused(`the text is nested more than ${DEPTH_LIMIT} levels deep`);
  return plan;
}

function read(text: string): unknown {
  try {
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
    const [error] = document.errors;
    if (!error) return document.toJS({ maxAliasCount: 100 });
    throw error;
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

function refused(message: string): Error {
  const issue: PlanIssue = { path: '', message };
  return planRefused([issue]);
}
