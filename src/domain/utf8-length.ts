/** Bytes of a text in UTF-8. Sizes are told in bytes, as files and databases count them. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) bytes += extraBytes(text.charCodeAt(at));
  return bytes;
}

/** Beyond the first, of one UTF-16 unit; the four bytes of a surrogate pair are shared by its halves. */
function extraBytes(unit: number): number {
  if (unit < 0x80) return 0;
  return unit < 0x800 || isSurrogate(unit) ? 1 : 2;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
