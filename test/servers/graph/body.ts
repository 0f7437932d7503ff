import { textOf } from '../exchange/item-text';
import type { StoredItem } from '../exchange/mailbox';
import type { Json } from './call';
import type { View } from './fields';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** As Exchange makes HTML of a text. */
const htmlOf = (text: string): string =>
  '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">' +
  '<!-- converted from text --></head>\r\n<body>\r\n<font size="2"><span style="font-size:11pt;">' +
  `<div class="PlainText">${escaped(text).replace(/\r?\n/g, '<br>\r\n')}</div></span></font>\r\n</body>\r\n</html>\r\n`;

export function bodyOf(item: StoredItem, { prefersText, bodies }: View): Json {
  const { html } = item.parsed;
  if (prefersText) return { contentType: 'text', content: textOf(item) };
  if (html !== undefined) return { contentType: 'html', content: html };
  return bodies === 'html'
    ? { contentType: 'html', content: htmlOf(textOf(item)) }
    : { contentType: 'text', content: textOf(item) };
}
