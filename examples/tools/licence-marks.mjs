// Puts the SPDX mark of the licence on top of every source file that lacks it; with --check it only tells which lack it.
import { writeFileSync } from 'node:fs';
import { sourceFiles } from './source-files.mjs';

const MARK = '// SPDX-License-Identifier: Apache-2.0\n';
const isCheck = process.argv[2] === '--check';
const folders = process.argv.slice(isCheck ? 3 : 2);
const unmarked = folders.flatMap(sourceFiles).filter(({ text }) => !text.startsWith(MARK));

for (const { path, text } of unmarked) {
  if (isCheck) console.error(`${path} has no licence mark`);
  else writeFileSync(path, MARK + text);
}
console.log(`${unmarked.length} files ${isCheck ? 'lack the mark' : 'marked'}`);
process.exitCode = isCheck && unmarked.length > 0 ? 1 : 0;
