import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ensureToken } from '../../../src/adapters/files/token-file.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-token-'));
  path = join(folder, 'home', 'token');
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = () => statSync(path).mode & 0o777;

test('a token is 32 random bytes, in a file for its owner alone', async () => {
  const token = await ensureToken(path);
  expect(Buffer.from(token, 'base64url').length).toBe(32);
  expect(mode()).toBe(0o600);
});

test('a token stays the same', async () => {
  expect(await ensureToken(path)).toBe(await ensureToken(path));
});

test('many who ask at once get one token, and no drafts are left', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => ensureToken(path)));
  expect(new Set(tokens).size).toBe(1);
  expect(readdirSync(join(folder, 'home'))).toEqual(['token']);
});

test('a token that others could read is closed to them', async () => {
  const token = await ensureToken(path);
  chmodSync(path, 0o644);
  expect(await ensureToken(path)).toBe(token);
  expect(mode()).toBe(0o600);
});

test.each(['', 'short', 'forty characters with blanks in between them'])('a file that holds "%s" is refused, and kept', async (text) => {
  await ensureToken(path);
  writeFileSync(path, text);
  await expect(ensureToken(path)).rejects.toMatchObject({ code: 'token-file-broken', message: expect.stringContaining('remove it') });
});
