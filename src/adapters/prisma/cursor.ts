import { rejected } from '../../domain/errors.js';

/** Where a page of a list ended, which runs from the newest to the oldest. */
export interface Cursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Opaque to callers. */
export function writeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

/** Throws `wrong-cursor` for what no page gave out. */
export function readCursor(text: string): Cursor {
  const [, time, id] = /^(\d{1,15}) ([^\s\0]+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) throw rejected('wrong-cursor', 'expected a cursor as the page before gave it');
  return { createdAt: new Date(Number(time)), id };
}
