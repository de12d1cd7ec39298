/** Where everything that happens to a graph waits until its loop takes it: one wake-up for all, however many tasks run. */
export class Mailbox<T> {
  private letters: T[] = [];

  put(letter: T): void {
    this.letters.push(letter);
  }

  get isEmpty(): boolean {
    return this.letters.length === 0;
  }

  /** All that came, in order. */
  takeAll(): T[] {
    return this.letters.splice(0);
  }
}
