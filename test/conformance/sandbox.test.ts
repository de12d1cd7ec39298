import { describe, test } from '@jest/globals';
import { bareSandbox } from '../../src/adapters/sandbox/bare.js';
import { tryBubblewrap } from '../../src/adapters/sandbox/choose-sandbox.js';
import { whyItFails } from '../../src/adapters/sandbox/probe.js';
import { unshareSandbox } from '../../src/adapters/sandbox/unshare.js';
import { describeSandbox } from './sandbox-suite.js';

const host = { nodePath: process.execPath, caFiles: {}, graceMs: 500 };

const bubblewrap = await tryBubblewrap(host);
if (bubblewrap.sandbox) describeSandbox('bubblewrap', bubblewrap.sandbox);
for (const { by, why } of bubblewrap.refusals) skipped(by, why);

const unshare = unshareSandbox(host);
const whyNoUnshare = await whyItFails(unshare, 'off');
if (whyNoUnshare) skipped('unshare', whyNoUnshare);
else describeSandbox('unshare', unshare);

describeSandbox('none', bareSandbox(host));

function skipped(by: string, why: string): void {
  describe(`the sandbox ${by}`, () => {
    test.skip(`skipped: ${why}`, () => undefined);
  });
}
