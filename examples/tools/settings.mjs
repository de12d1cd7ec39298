// A page of the environment variables that the configuration reads.
import { readFileSync } from 'node:fs';

const text = readFileSync('src/config.ts', 'utf8');
const names = new Set(text.match(/'(PERENNIAL|TEMPORAL|DATABASE)_\w+'/g)?.map((name) => name.slice(1, -1)));

console.log(
  `# Settings\n\n${[...names]
    .sort()
    .map((name) => `- \`${name}\``)
    .join('\n')}`,
);
