import { renameSync, writeFileSync } from 'node:fs';

/** Puts a file in place whole: who reads it sees the old text or the new, also when the writer is killed in between. */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, path);
}
