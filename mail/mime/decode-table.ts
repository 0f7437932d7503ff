import iconv from 'iconv-lite';

/** Decodes bytes with a table of iconv-lite. Undefined if the bytes cannot be of this charset. */
export function decodeTable(bytes: Buffer, table: string): string | undefined {
  const text = iconv.decode(bytes, table, { stripBOM: false });
  return fits(text) ? text : undefined;
}

/** Whether the table had a character for nearly all bytes. One damaged character does not make the label wrong. */
function fits(text: string): boolean {
  let wrong = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) wrong += 1;
  return wrong === 0 || wrong * 20 < text.length;
}
