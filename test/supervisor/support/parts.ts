import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../../src/supervisor/bounded-wait.js';
import { Part } from '../../../src/supervisor/part.js';
import type { PartFiles } from '../../../src/supervisor/part-life.js';
import type { PartDeath, PartPlan } from '../../../src/supervisor/part-plan.js';

/** A folder of a test's own, gone when the test has ended, and the parts it started ended. */
export class PartBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'perennial-part-'));
  readonly deaths: PartDeath[] = [];
  readonly ready: string[] = [];
  readonly errors: unknown[] = [];
  readonly #parts: Part[] = [];

  readonly files: PartFiles = { logFile: join(this.folder, 'part.log'), pidFile: join(this.folder, 'part.pid') };

  readonly events = {
    ready: (_plan: PartPlan, where: string) => void this.ready.push(where),
    died: (death: PartDeath) => void this.deaths.push(death),
    gaveUp: (error: unknown) => void this.errors.push(error),
  };

  part(script: string, plan: Partial<PartPlan> = {}): Part {
    const part = new Part(aPlan(script, this.folder, plan), this.files, this.events);
    this.#parts.push(part);
    return part;
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.close()));
    rmSync(this.folder, { recursive: true });
  }
}

/** A part that is a Node script, ready as soon as it says so. */
export function aPlan(script: string, cwd: string, plan: Partial<PartPlan> = {}): PartPlan {
  return {
    name: 'worker',
    title: 'Worker',
    command: process.execPath,
    args: ['-e', script],
    env: () => ({ ...process.env }),
    cwd,
    sendsMessages: true,
    probe: async (message) => (message === undefined ? undefined : String(message)),
    stop: { signal: 'SIGTERM', waitMs: 5_000 },
    ...plan,
  };
}

/** Waits for a condition; fails when it does not come. */
export async function eventually(isSo: () => boolean, what: string): Promise<void> {
  if (!(await waitUntil(isSo, { forMs: 20_000 }))) throw new Error(`did not happen: ${what}`);
}

/** Ready, and then there until it is ended. */
export const LIVES = `process.send(process.pid); setInterval(() => {}, 1000);`;
