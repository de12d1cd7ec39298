import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AttemptOutput {
  readonly task: string;
  readonly attempt: number;
  readonly text: string;
}

/** Logs of the attempts of one workflow: `<task>.<attempt>.log`. */
export function readOutputs(folder: string): AttemptOutput[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => {
    const [, task, attempt] = /^(.+)\.(\d+)\.log$/.exec(name) ?? [];
    return task ? [{ task, attempt: Number(attempt), text: readFileSync(join(folder, name), 'utf8') }] : [];
  });
}
