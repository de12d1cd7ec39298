import type { Isolation } from '../../../src/ports/agent-run-repository.js';
import type { CommandEnd, Sandbox, SandboxCommand } from '../../../src/ports/sandbox.js';
import type { HeldClock } from './held-clock.js';
import type { MemoryStore } from './memory-store.js';

/**
 * A sandbox whose commands say themselves what they do, parts separated by `; `: `write <path> <text>`, `say <text>`, `take <ms>` (on the held
 * clock, up to the command's time-out), `exit <code>`, `hang` (until it is told to stop).
 */
export class PlayedSandbox implements Sandbox {
  /** Every command that began, over all lives. */
  readonly begun: SandboxCommand[] = [];

  constructor(
    private readonly store: MemoryStore,
    private readonly clock: HeldClock,
  ) {}

  get commands(): string[] {
    return this.begun.map(({ command }) => command);
  }

  isolation(network: 'on' | 'off'): Isolation {
    return { by: 'bubblewrap', files: true, processes: true, network: network === 'off' };
  }

  async run(given: SandboxCommand): Promise<CommandEnd> {
    this.begun.push(given);
    let leftMs = given.timeoutMs;
    for (const part of given.command.split('; ')) {
      const [verb, ...words] = part.split(' ') as [string, ...string[]];
      if (verb === 'exit') return { kind: 'exited', exitCode: Number(words[0]) };
      if (verb === 'hang') return untilAborted(given.signal);
      if (verb === 'take') {
        this.clock.advance(Math.min(leftMs, Number(words[0])));
        leftMs -= Number(words[0]);
        if (leftMs <= 0) return { kind: 'timed-out' };
      }
      await this.play(given, verb, words);
    }
    return { kind: 'exited', exitCode: 0 };
  }

  private async play({ worktree, onOutput }: SandboxCommand, verb: string, [first = '', ...rest]: string[]): Promise<void> {
    const files = this.store.worktrees.get(worktree);
    if (!files) throw new Error(`a command runs in ${worktree}, which is not there`);
    if (verb === 'write') files[first] = rest.join(' ');
    if (verb === 'say') await onOutput(Buffer.from(`${[first, ...rest].join(' ')}\n`));
  }
}

function untilAborted(signal: AbortSignal): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const end = () => resolve({ kind: 'cancelled' });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
