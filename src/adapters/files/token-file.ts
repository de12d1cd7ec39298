import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { rejected } from '../../domain/errors.js';

const TOKEN_BYTES = 32;
/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 32;

/**
 * The secret that opens the HTTP API: made on the first call, the same ever after, also for processes that ask at once. A file that others may
 * read is closed to them. Throws `token-file-broken` when the file holds no token.
 */
export async function ensureToken(path: string): Promise<string> {
  return (await readToken(path)) ?? (await makeToken(path));
}

async function readToken(path: string): Promise<string | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  await closeToOthers(path);
  const token = text.trim();
  if (!new RegExp(`^[\\w-]{${LEAST_CHARACTERS},}$`).test(token)) throw broken();
  return token;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function closeToOthers(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o600);
}

/** Written under another name and then linked, which one of several at once wins: nobody sees half a token. */
async function makeToken(path: string): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDurably(draft, `${token}\n`);
    await link(draft, path);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readToken(path)) ?? (await makeToken(path));
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function broken(): Error {
  const message = `the token file holds no token (expected at least ${LEAST_CHARACTERS} letters, digits, - or _); remove it and start again to get a new one`;
  return rejected('token-file-broken', message);
}
