import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tryBubblewrap } from '../../../src/adapters/sandbox/choose-sandbox.js';
import type { SandboxHost } from '../../../src/adapters/sandbox/clean-environment.js';
import { exited, SandboxBench } from '../../conformance/sandbox-command.js';

const { sandbox, refusals } = await tryBubblewrap({ nodePath: process.execPath, caFiles: {} });
const whyNot = refusals.find(({ by }) => by === 'bubblewrap')?.why ?? '';
const withBubblewrap = (title: string, run: () => Promise<void>) =>
  sandbox ? test(title, run, 20_000) : test.skip(`${title} (skipped: ${whyNot})`, run);

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(homedir(), '.perennial-test-'));
});
afterEach(() => rmSync(home, { recursive: true }));

async function runOn(host: Partial<SandboxHost>, command: string, worktree?: string) {
  const bench = new SandboxBench((await tryBubblewrap({ nodePath: process.execPath, caFiles: {}, ...host })).sandbox ?? neverMind());
  try {
    return await bench.run(command, worktree === undefined ? {} : { worktree });
  } finally {
    bench.remove();
  }
}

function neverMind(): never {
  throw new Error('bubblewrap worked a moment ago');
}

withBubblewrap("a Node below somebody's home is found, with what belongs to it, and nothing else of that home", async () => {
  for (const folder of ['node/bin', 'node/lib/node_modules/tool', 'secrets']) mkdirSync(join(home, folder), { recursive: true });
  copyFileSync(process.execPath, join(home, 'node/bin/node'));
  writeFileSync(join(home, 'node/lib/node_modules/tool/cli'), '#!/bin/sh\necho tool\n', { mode: 0o755 });
  symlinkSync('../lib/node_modules/tool/cli', join(home, 'node/bin/tool'));
  const { text } = await runOn({ nodePath: join(home, 'node/bin/node') }, `node -p process.execPath; tool; ls ${home}`);
  expect(text).toBe(`${join(home, 'node/bin/node')}\ntool\nnode\n`);
});

withBubblewrap('certificates that the machine trusts are named and can be read; a file that is not there is no obstacle', async () => {
  const file = join(home, 'ca.pem');
  writeFileSync(file, 'certificate\n');
  const caFiles = { NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: join(home, 'missing.pem') };
  const { text } = await runOn({ caFiles }, 'cat "$NODE_EXTRA_CA_CERTS"; ls "$HOME"');
  expect(text).toBe('certificate\n');
});

withBubblewrap("a worktree below somebody's home is there, and nothing beside it", async () => {
  const worktree = join(home, 'worktrees', 'one');
  mkdirSync(worktree, { recursive: true });
  mkdirSync(join(home, 'repos'));
  const { end, text } = await runOn({}, `echo x > made && ls ${home} ${homedir()}`, worktree);
  expect({ end, text: text.includes('repos') }).toEqual({ end: exited(0), text: false });
});
