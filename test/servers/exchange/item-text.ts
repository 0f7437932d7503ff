import type { StoredItem } from './mailbox';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** The text of a message, made of its HTML where it has no other. */
export const textOf = ({ parsed: { text, html = '' } }: Pick<StoredItem, 'parsed'>): string =>
  text ??
  html
    .replace(/<(style|script|head)\b[^]*?<\/\1>|<!--[^]*?-->/gi, '')
    .replace(/<br\s*\/?>|<\/p>|<\/div>/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '');
