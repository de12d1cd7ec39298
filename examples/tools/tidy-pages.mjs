// Every page begins with one title and ends with one newline; with --check it only tells which do not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const isCheck = process.argv[2] === '--check';
const folder = process.argv[isCheck ? 3 : 2];

const tidy = (text, name) => `${text.startsWith('# ') ? '' : `# ${name}\n\n`}${text.trimEnd()}\n`;

for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  const tidied = tidy(text, name.replace(/\.md$/, ''));
  if (text === tidied) continue;
  if (!isCheck) writeFileSync(path, tidied);
  else {
    console.error(`${path} is not tidy`);
    process.exitCode = 1;
  }
}
