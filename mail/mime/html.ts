/** Escapes text for HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const textToHtml = (text: string): string => escapeHtml(text).replace(/\r\n|\r|\n/g, '<br>\n');

/** The part of a page that can be placed in the body of another page. Takes linear time for any input. */
export const bodyOf = (html: string): string =>
  withoutHeads(html.replace(/<!doctype[^<>]*>/gi, ''))
    .replace(/<\/?(html|body|head)\b[^<>]{0,10000}>/gi, '')
    .trim();

/** Removes everything between <head> and </head>. Without an end tag, only the start tag is removed. */
function withoutHeads(html: string): string {
  const pieces: string[] = [];
  const open = /<head\b[^<>]*>/gi;
  const close = /<\/head\s*>/gi;
  let at = 0;
  for (let head = open.exec(html); head; head = open.exec(html)) {
    close.lastIndex = open.lastIndex;
    const end = close.exec(html);
    if (!end) break;
    pieces.push(html.slice(at, head.index));
    at = close.lastIndex;
    open.lastIndex = at;
  }
  pieces.push(html.slice(at));
  return pieces.join('');
}
