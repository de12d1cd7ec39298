import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { markedProcesses } from '../../src/adapters/process/marked-processes.js';
import type { Sandbox } from '../../src/ports/sandbox.js';
import { callerTests } from './sandbox-callers.js';
import { SandboxBench } from './sandbox-command.js';
import { endingTests } from './sandbox-endings.js';
import { environmentTests } from './sandbox-environment.js';
import { fileTests } from './sandbox-files.js';
import { networkTests } from './sandbox-network.js';
import { outputTests } from './sandbox-output.js';
import { processTests } from './sandbox-processes.js';

/** Gives a test the bench of its sandbox. */
export type BenchOf = () => SandboxBench;

/** What every sandbox must do, and of what it may claim, what it claims. */
export function describeSandbox(name: string, sandbox: Sandbox): void {
  describe(`the sandbox ${name}`, () => {
    let bench: SandboxBench;
    beforeEach(() => {
      bench = new SandboxBench(sandbox);
    });
    afterEach(() => {
      bench.remove();
      expect(markedProcesses(bench.mark)).toEqual([]);
    });
    const claims = { on: sandbox.isolation('on'), off: sandbox.isolation('off') };
    endingTests(() => bench);
    outputTests(() => bench);
    environmentTests(() => bench);
    processTests(() => bench, claims.on);
    fileTests(() => bench, claims.on);
    networkTests(() => bench, claims);
    callerTests(() => bench, claims.on);
  });
}
