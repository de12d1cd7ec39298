import type { Duplex } from 'node:stream';

/** Our end of descriptor 3: lines that the sandbox says while it starts, and the word that lets the command go on. */
export class Handshake {
  private readonly heardLines = new Set<string>();
  private readonly listeners = new Map<string, () => void>();
  private text = '';

  constructor(private readonly socket: Duplex | undefined) {
    socket?.on('data', (chunk: Uint8Array) => this.hear(Buffer.from(chunk).toString('latin1')));
    socket?.on('error', () => socket.destroy());
  }

  /** Resolves when the line was said; never, when the sandbox dies before. */
  heard(line: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.heardLines.has(line)) resolve();
      else this.listeners.set(line, resolve);
    });
  }

  letGo(): void {
    this.socket?.write('go\n');
  }

  private hear(chunk: string): void {
    const lines = (this.text + chunk).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) {
      this.heardLines.add(line);
      this.listeners.get(line)?.();
    }
  }
}
