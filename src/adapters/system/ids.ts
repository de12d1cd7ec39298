import { createHash, randomBytes } from 'node:crypto';
import type { Ids } from '../../ports/ids.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 16;

/** 80 bits each, random or of the text's SHA-256. */
export const randomIds: Ids = {
  newId: () => spell(randomBytes(LENGTH)),
  idFor: (text) => spell(createHash('sha256').update(text).digest().subarray(0, LENGTH)),
};

/** One character, of 5 bits, a byte. */
function spell(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
