/** New ids: 16 characters of a-z and 2-7, random, fit for refs and host names. */
export interface Ids {
  newId(): string;
  /** The id that belongs to a text: the same for the same text. */
  idFor(text: string): string;
}
