/** Characters. */
const LENGTH = 100;
/** How many characters of a text are looked at: line breaks and filling characters may come before the words. */
const LOOKED_AT = 4000;
/** A cut is moved back to the end of a word, but not further than this. */
const SHORTEST = 80;

/** Characters without width that newsletters fill their beginning with, or that only matter at the end of a line. */
const INVISIBLE = /[\u034f\u00ad\u200b\ufeff\0]/g;
/** White space, with the joiners that newsletters put between it. */
const SPACE = /[\s\u200c]*\s[\s\u200c]*/g;
/** The target that follows a link in a text made from HTML. */
const TARGET = /\[(?:https?|mailto):[^\s\]]*\]/gi;

/**
 * The beginning of a text on one line, about 100 characters, the same for every protocol.
 *
 * @returns undefined for a text without words
 */
export function previewOf(text: string): string | undefined {
  const line = text
    .trimStart()
    .slice(0, LOOKED_AT)
    .replace(TARGET, ' ')
    .replace(INVISIBLE, '')
    .replace(SPACE, ' ')
    .trim();
  return line === '' ? undefined : copied(line.length > LENGTH ? `${cut(line)}…` : line);
}

function cut(line: string): string {
  const end = line.lastIndexOf(' ', LENGTH);
  // The first half of a character that is cut in two is left out.
  return line.slice(0, end >= SHORTEST ? end : LENGTH).replace(/[\ud800-\udbff]$/, '');
}

/** A slice would keep the whole text in memory. */
const copied = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');
