// README.md of a folder of pages: each page with its title.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const pages = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort();
const links = pages.map((name) => `- [${readFileSync(join(folder, name), 'utf8').split('\n')[0].replace(/^# /, '')}](${name})`);

writeFileSync(join(folder, 'README.md'), `# Reference\n\n${links.join('\n')}\n`);
console.log(`${pages.length} pages`);
