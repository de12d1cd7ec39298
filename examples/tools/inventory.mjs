// A page of how many files and lines each folder of sources has.
import { sourceFiles } from './source-files.mjs';

const FOLDERS = [
  'src/domain',
  'src/ports',
  'src/modules',
  'src/adapters',
  'src/http',
  'src/cli',
  'src/supervisor',
  'workflows',
  'activities',
];

console.log('# Inventory\n\n| folder | files | lines | longest file |\n| --- | --- | --- | --- |');
for (const folder of FOLDERS) {
  const lines = sourceFiles(folder).map(({ text }) => text.split('\n').length - 1);
  console.log(`| \`${folder}\` | ${lines.length} | ${lines.reduce((sum, count) => sum + count, 0)} | ${Math.max(0, ...lines)} |`);
}
