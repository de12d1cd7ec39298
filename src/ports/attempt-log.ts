import type { AttemptRef } from '../domain/names.js';

/** Where one attempt's output goes, over all its epochs. */
export interface AttemptLogWriter {
  /** Written when the promise resolves. Past the limit the middle is left out: head and tail are kept. */
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface AttemptLog {
  /** Appends; what an earlier epoch wrote stays, with a line that says where it was cut off. */
  open(attempt: AttemptRef, epoch: number): Promise<AttemptLogWriter>;
  /** The output so far, with a marker line where the middle was left out; `tailBytes` gives the end of it. Undefined before the first byte. */
  read(attempt: AttemptRef, tailBytes?: number): Promise<Uint8Array | undefined>;
}
