/*
 * White space in the raw text of a header, which has one character for each byte. JavaScript's own (`\s`, `trim`) also
 * takes the byte A0 for a space, and in UTF-8 letters such as "à" and "Р" end with it.
 */

/** Tab, line ends and the space. */
export const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

export function trimRaw(raw: string): string {
  let start = 0;
  while (start < raw.length && isSpace(raw.charCodeAt(start))) start += 1;
  return trimRawEnd(start > 0 ? raw.slice(start) : raw);
}

export function trimRawEnd(raw: string): string {
  let end = raw.length;
  while (end > 0 && isSpace(raw.charCodeAt(end - 1))) end -= 1;
  return end < raw.length ? raw.slice(0, end) : raw;
}
