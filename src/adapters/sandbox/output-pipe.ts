import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryFolder } from './temporary-folders.js';

/** Opens a file for nothing but to be opened again through /proc/self/fd. Node has no name for it. */
const O_PATH = 0o10000000;

/**
 * Real pipes for the output of commands: Node gives its children sockets, which cannot be opened by name, so that `echo > /dev/stderr` fails.
 * Each is a named pipe that has lost its name, held by a descriptor that is neither of its ends, so that it can be used again.
 */
export class OutputPipes {
  private readonly idle: number[] = [];

  async open(): Promise<OutputPipe> {
    const handle = this.idle.pop() ?? (await makePipe());
    return new OutputPipe(handle, () => this.idle.push(handle));
  }
}

/** Both outputs of one command: what is written to `writer` comes out of `reader`, in that order. */
export class OutputPipe {
  readonly reader: Socket;
  readonly writer: number;
  private isWriterOpen = true;

  constructor(
    private readonly handle: number,
    private readonly giveBack: () => void,
  ) {
    const path = `/proc/self/fd/${handle}`;
    this.reader = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
    this.writer = openSync(path, constants.O_WRONLY);
  }

  /** Closes our writing end; the reader ends when all processes of the command have closed theirs. */
  closeWriter(): void {
    if (this.isWriterOpen) closeSync(this.writer);
    this.isWriterOpen = false;
  }

  /** To be called once, when nothing more is read. A pipe that somebody may still hold is not used again. */
  release(): void {
    this.closeWriter();
    if (this.reader.readableEnded && this.reader.closed) this.giveBack();
    else this.abandon();
  }

  private abandon(): void {
    this.reader.destroy();
    closeSync(this.handle);
  }
}

async function makePipe(): Promise<number> {
  const folder = await makeTemporaryFolder('pipe');
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', join(folder, 'pipe')]);
    return openSync(join(folder, 'pipe'), O_PATH);
  } finally {
    await rm(folder, { recursive: true });
  }
}
