import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const reference = join(dirname(fileURLToPath(import.meta.url)), '..');
const index = readFileSync(join(reference, 'README.md'), 'utf8');

test('every page is in the index, and every link of the index leads to a page', () => {
  const pages = readdirSync(reference).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const links = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  assert.deepEqual(links.sort(), pages.sort());
});

test('the pages name files that exist', () => {
  const named = [...readFileSync(join(reference, 'domain.md'), 'utf8').matchAll(/^## (\S+)$/gm)].map(([, path]) => path);
  assert.ok(named.length > 5);
  for (const path of named) assert.ok(existsSync(join(reference, '..', '..', path)), path);
});

test('the sources carry their licence', () => {
  assert.match(readFileSync(join(reference, '..', '..', 'src', 'config.ts'), 'utf8'), /^\/\/ SPDX-License-Identifier: Apache-2\.0\n/);
});
