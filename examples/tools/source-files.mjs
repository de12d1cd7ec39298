import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** TypeScript files below a folder, sorted: path and text of each. */
export function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .sort()
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}
