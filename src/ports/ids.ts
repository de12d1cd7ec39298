/** New ids: 16 characters of a-z and 2-7, random, fit for refs and host names. */
export interface Ids {
  newId(): string;
}
