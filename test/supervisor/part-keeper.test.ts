import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PartKeeper } from '../../src/supervisor/part-keeper.js';
import type { PartName } from '../../src/supervisor/part-plan.js';
import { aPlan } from './support/parts.js';

const SILENT = { ready: () => undefined, died: () => undefined, gaveUp: () => undefined };

/** Writes down when it has ended; slower for those that must be waited for. */
const endsAfter = (name: string, ms: number) =>
  `process.on('SIGTERM', () => setTimeout(() => { require('fs').appendFileSync('order', '${name} '); process.exit(0); }, ${ms})); process.send('x'); setInterval(() => {}, 1000);`;

test('parts end in the reverse of the order in which they need each other, each before the next is asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-keeper-'));
  const files = (name: PartName) => ({ logFile: join(folder, `${name}.log`), pidFile: join(folder, `${name}.pid`) });
  const keeper = new PartKeeper(files, SILENT, () => undefined);
  const names: PartName[] = ['temporal', 'worker', 'postgres', 'app'];
  await Promise.all(names.map((name) => keeper.keep(aPlan(endsAfter(name, name === 'worker' ? 200 : 0), folder, { name }))));
  await Promise.all([keeper.close(), keeper.close()]);
  expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('worker app temporal postgres ');
  await expect(keeper.keep(aPlan('', folder))).rejects.toThrow('everything is being ended');
  rmSync(folder, { recursive: true });
});
