import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AttemptLogWriter } from '../../ports/attempt-log.js';
import { dropBefore, headPiece, type LogPiece, listPieces, tailPiece } from './log-pieces.js';

/** How much of a log is kept: its first bytes, and its last. */
export interface LogLimits {
  readonly headBytes: number;
  /** At least so much of the end; on disk up to a quarter more. */
  readonly tailBytes: number;
}

/** Pieces that the tail is cut into: the oldest goes when a new one begins. */
const TAIL_PIECES = 4;

/** Appends to the last piece of a log. One writer at a time; each chunk is with the operating system when `write` resolves. */
export class LogWriter implements AttemptLogWriter {
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly logPath: string,
    private readonly limits: LogLimits,
    private piece: LogPiece,
    private file: FileHandle,
    private size: number,
  ) {}

  static async open(logPath: string, limits: LogLimits): Promise<LogWriter> {
    await mkdir(dirname(logPath), { recursive: true });
    const piece = (await listPieces(logPath)).at(-1) ?? headPiece(logPath);
    const file = await open(piece.path, 'a+', 0o600);
    return new LogWriter(logPath, limits, piece, file, (await file.stat()).size);
  }

  get isEmpty(): boolean {
    return this.piece.offset + this.size === 0;
  }

  /** Whether the output so far ends in the middle of a line. */
  async isInsideLine(): Promise<boolean> {
    if (this.size === 0) return false;
    const { buffer } = await this.file.read(Buffer.alloc(1), 0, 1, this.size - 1);
    return buffer[0] !== 0x0a;
  }

  /** Chunks are written in the order of the calls, also when nobody awaits them. */
  write(chunk: Uint8Array): Promise<void> {
    const written = this.last.then(() => this.append(chunk));
    this.last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.last;
    await this.file.close();
  }

  private async append(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      if (this.size >= this.capacity()) await this.beginTailPiece();
      const part = chunk.subarray(from, from + this.capacity() - this.size);
      const { bytesWritten } = await this.file.write(part);
      this.size += bytesWritten;
      from += bytesWritten;
    }
  }

  private capacity(): number {
    return this.piece.offset === 0 ? this.limits.headBytes : this.pieceBytes();
  }

  private pieceBytes(): number {
    return Math.ceil(this.limits.tailBytes / TAIL_PIECES);
  }

  private async beginTailPiece(): Promise<void> {
    const piece = tailPiece(this.logPath, this.piece.offset + this.size);
    const file = await open(piece.path, 'a+', 0o600);
    await this.file.close();
    [this.piece, this.file, this.size] = [piece, file, 0];
    await dropBefore(this.logPath, piece.offset - this.limits.tailBytes);
  }
}
