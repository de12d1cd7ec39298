import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chooseSandbox, type Refusal, tryBubblewrap } from '../../../src/adapters/sandbox/choose-sandbox.js';
import { whyItFails } from '../../../src/adapters/sandbox/probe.js';
import { unshareSandbox } from '../../../src/adapters/sandbox/unshare.js';

const plain = { nodePath: process.execPath, caFiles: {} };
const bubblewrapWorks = (await tryBubblewrap(plain)).sandbox !== undefined;
const whyNoUnshare = await whyItFails(unshareSandbox(plain), 'off');
const withUnshare = whyNoUnshare ? test.skip : test;

let programs: string;
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'perennial-programs-'));
});
afterEach(() => rmSync(programs, { recursive: true }));

/** A machine that has these programs and no others. */
function machineWith(...names: string[]) {
  for (const name of ['sh', 'env', ...names]) symlinkSync(join('/usr/bin', name), join(programs, name));
  return { ...plain, programPath: programs };
}

test('`off` is no sandbox', async () => {
  expect((await chooseSandbox({ mode: 'off', host: plain })).isolation('on')).toEqual({
    by: 'none',
    files: false,
    processes: false,
    network: false,
  });
});

test('without any program of a sandbox there is none, and each is told why', async () => {
  const refusals: Refusal[] = [];
  const sandbox = await chooseSandbox({ mode: 'auto', host: machineWith(), onRefusal: (refusal) => refusals.push(refusal) });
  expect(sandbox.isolation('off').by).toBe('none');
  expect(refusals.map(({ by }) => by)).toEqual(['bubblewrap', 'unshare']);
  for (const { why } of refusals) expect(why).toMatch(/could not start a command: .*(ENOENT|not found)/);
});

test('a sandbox that is required and cannot be had is refused, with what was tried', async () => {
  const chosen = chooseSandbox({ mode: 'required', host: machineWith() });
  await expect(chosen).rejects.toMatchObject({
    code: 'sandbox-required',
    kind: 'rejected',
    message: expect.stringMatching(/bubblewrap: .*; unshare: /),
  });
});

withUnshare(`without bubblewrap, unshare holds processes${whyNoUnshare ? ` (skipped: ${whyNoUnshare})` : ''}`, async () => {
  const sandbox = await chooseSandbox({ mode: 'auto', host: machineWith('unshare', 'setpriv') });
  expect(sandbox.isolation('on')).toEqual({ by: 'unshare', files: false, processes: true, network: false });
});

withUnshare('unshare is not enough where a sandbox is required', async () => {
  const chosen = chooseSandbox({ mode: 'required', host: machineWith('unshare', 'setpriv') });
  await expect(chosen).rejects.toMatchObject({
    code: 'sandbox-required',
    message: expect.stringContaining('unshare: works, but does not hold files'),
  });
});

(bubblewrapWorks ? test : test.skip)('without slirp4netns, bubblewrap says that a command with network reaches the loopback', async () => {
  const refusals: Refusal[] = [];
  const host = machineWith('bwrap', 'unshare', 'setpriv');
  const sandbox = await chooseSandbox({ mode: 'required', host, onRefusal: (refusal) => refusals.push(refusal) });
  expect(sandbox.isolation('on')).toMatchObject({ by: 'bubblewrap', files: true, processes: true, network: false });
  expect(sandbox.isolation('off').network).toBe(true);
  expect(refusals.map(({ by }) => by)).toEqual(['slirp4netns']);
});
