/*
 * Servers that write the name of a folder without the quotation marks or the escapes that it needs (RFC 9051 section
 * 4.3): Exchange for a name with a tab, others for `Sent Items`. Read by the standard, the name would be cut off at the
 * first space, and be that of another folder.
 */

/** A longer line has no name in it. */
const LONGEST = 10_000;

/** `* LIST (…) "/" `, before the name. */
const BEFORE_NAME = /^\* (?:(?:LIST|LSUB|XLIST) +(?:\([^()]*\)|NIL) +(?:"(?:[^"\\]|\\.)*"|NIL)|STATUS) +/i;

/** What may follow a name in an answer to LIST (RFC 9051 section 6.3.9). */
const EXTENDED = / \("?(?:CHILDINFO|OLDNAME)"?[ (]/i;

/** A name that imapflow reads as it is. NIL is a name here as well, but it reads it as none. */
const READ_AS_IT_IS = /^(?:"(?:[^"\\]|\\["\\])*"|(?!NIL$)[^\s(){%*"\\]+|\{.*)$/is;

/** The line of a LIST or STATUS response with the name in quotation marks, if the server left out what it needs. */
export function withQuotedName(line: string): string {
  if (line.length > LONGEST) return line;
  const [before = ''] = BEFORE_NAME.exec(line) ?? [];
  if (!before) return line;
  const rest = line.slice(before.length);
  const end = /^\* STATUS/i.test(line) ? rest.lastIndexOf('(') : rest.search(EXTENDED);
  const written = withoutSpacesAtEnd(end < 0 ? rest : rest.slice(0, end));
  if (!written || READ_AS_IT_IS.test(written)) return line;
  const after = end < 0 ? '' : ` ${rest.slice(end).trimStart()}`;
  return `${before}${quoted(written)}${after}`;
}

/** A tab at the end belongs to a name. */
function withoutSpacesAtEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

function quoted(name: string): string {
  const isQuoted = name.length > 1 && name.startsWith('"') && name.endsWith('"');
  // Within quotation marks, what is escaped already stays as it is.
  const text = isQuoted
    ? name.slice(1, -1).replace(/\\["\\]|["\\]/g, (sign) => (sign.length > 1 ? sign : `\\${sign}`))
    : name.replace(/["\\]/g, '\\$&');
  return `"${text}"`;
}
