// A page of what the files of a folder export, with the first sentence of each doc comment.
import { sourceFiles } from './source-files.mjs';

const EXPORT = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:async )?(?:const|function|class|interface|type) (\w+)/g;
const folder = process.argv[2];

const firstSentence = (comment = '') =>
  comment
    .replace(/\s*\*?\s+/g, ' ')
    .trim()
    .split(/(?<=\.) /)[0] ?? '';

console.log(`# Exports of ${folder}\n`);
for (const { path, text } of sourceFiles(folder)) {
  const names = [...text.matchAll(EXPORT)].map(([, comment, name]) => `- \`${name}\` ${firstSentence(comment)}`.trim());
  if (names.length > 0) console.log(`## ${path}\n\n${names.join('\n')}\n`);
}
