import { once } from 'node:events';
import { setImmediate as nextLook } from 'node:timers/promises';
import type { SandboxCommand } from '../../ports/sandbox.js';
import type { OutputPipe } from './output-pipe.js';
import { settlesWithin } from './settles-within.js';

/** Silence after which output that an escaped process holds open is taken to be over. */
const SILENCE_MS = 100;
/** The largest pipe that a process may ask for holds 1 MiB; what dead processes wrote is not more, and our own buffer. */
const MOST_LEFT_BYTES = 2 ** 20 + 2 ** 18;

/** Hands a command's output on, one chunk after the other; nothing more is read before the last was taken, so that memory is bounded. */
export class OutputPump {
  private failure: { readonly error: unknown } | undefined;
  private taking: Promise<void> = Promise.resolve();
  private isTaking = false;
  private bytes = 0;
  private readonly closed: Promise<unknown>;

  /** `onFailure` is told at once when the taker throws; nothing is read any more then. */
  constructor(
    private readonly pipe: OutputPipe,
    private readonly take: SandboxCommand['onOutput'],
    private readonly onFailure: () => void,
  ) {
    this.closed = once(pipe.reader, 'close');
    pipe.reader.on('data', (chunk: Uint8Array) => {
      this.taking = this.handOn(chunk);
    });
  }

  /** Resolves when all that dead processes have written was taken. An escaped process that still holds the output is not waited for. Throws what the taker threw. */
  async finish(): Promise<void> {
    const most = this.bytes + MOST_LEFT_BYTES;
    for (let seen = -1; this.isTaking || seen !== this.bytes; ) {
      seen = this.bytes;
      if ((await settlesWithin(this.closed, SILENCE_MS)) || this.failure || seen > most) break;
      await nextLook(); // On a busy machine a timer may be over before anybody has looked into the pipe.
    }
    await this.taking;
    this.pipe.release();
    if (this.failure) throw this.failure.error;
  }

  private async handOn(chunk: Uint8Array): Promise<void> {
    this.isTaking = true;
    this.pipe.reader.pause();
    try {
      await this.take(chunk);
      this.pipe.reader.resume();
    } catch (error) {
      this.failure = { error };
      this.onFailure();
    }
    this.bytes += chunk.length;
    this.isTaking = false;
  }
}
