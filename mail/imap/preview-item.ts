import type { Attribute } from './exec-or-throw';
import { indexOfName, type Token } from './tokens';

/** Data items that imapflow can ask for only as if they were parts of the message: `BODY.PEEK[PREVIEW]`. */
const NO_PARTS = new Set(['PREVIEW']);

/** Asks for an item by its own name (RFC 8970 section 3). */
export function withoutSections(command: string, attributes: Attribute[] | false): Attribute[] | false {
  if (!/^(UID )?FETCH$/.test(command) || !attributes) return attributes;
  const own = (item: Attribute): Attribute => {
    const [section] = (item as { section?: Array<{ value?: string }> }).section ?? [];
    return NO_PARTS.has(section?.value ?? '') ? { type: 'ATOM', value: section!.value! } : item;
  };
  return attributes.map((one) => (Array.isArray(one) ? one.map(own) : one));
}

/** Gives an item of an answer as if it were a part of the message. */
export function asPart(list: Token, name: string): void {
  if (!Array.isArray(list)) return;
  const index = indexOfName(list, name);
  if (index >= 0) list[index] = { type: 'ATOM', value: 'BODY', section: [{ type: 'ATOM', value: name }] };
}
