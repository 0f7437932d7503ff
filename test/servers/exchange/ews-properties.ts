import { createHash } from 'node:crypto';

import type { StoredItem } from './mailbox';
import { names } from './ews-people';
import { childrenOf, isTrue, tag, textOf, value, type Element } from './xml';

export const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

export const headerText = (item: StoredItem): string => {
  const raw = item.mime.toString('latin1');
  return raw.slice(0, Math.max(0, raw.search(/\r?\n\r?\n/)));
};

export type PropertyValue = string | number | boolean | Date | string[] | undefined;

/** MAPI properties that Exchange keeps itself, by their tags ([MS-OXPROPS]). */
const KEPT: Readonly<Record<number, (item: StoredItem) => PropertyValue>> = {
  0x001a: ({ itemClass }) => itemClass,
  0x0037: ({ parsed }) => parsed.subject ?? '',
  0x007d: headerText,
  0x0c1a: ({ parsed }) => parsed.from?.name || parsed.from?.address,
  0x0c1f: ({ parsed }) => parsed.from?.address,
  0x0e03: ({ parsed }) => names(parsed.cc),
  0x0e04: ({ parsed }) => names(parsed.to),
  0x0e06: ({ receivedAt }) => receivedAt,
  0x0e07: ({ isRead, isDraft, parsed }) =>
    (isRead ? 1 : 0) | (isDraft ? 8 : 0) | (parsed.attachments.length > 0 ? 16 : 0),
  0x0e08: ({ mime }) => mime.length,
  0x0e23: ({ articleNumber }) => articleNumber,
  0x1016: ({ parsed }) => (parsed.html === undefined ? 1 : 3),
  0x1035: ({ parsed }) => parsed.messageId,
  0x1039: ({ parsed }) => parsed.references,
  0x1042: ({ parsed }) => parsed.inReplyTo,
  0x1081: ({ lastVerb }) => lastVerb,
  0x1090: ({ isFlagged }) => (isFlagged ? 2 : undefined),
  0x3007: ({ receivedAt }) => receivedAt,
  0x3008: ({ receivedAt }) => receivedAt,
  0x300b: ({ immutableId }) => createHash('sha256').update(immutableId).digest('base64'),
  0x5d01: ({ parsed }) => parsed.from?.address,
  0x5d02: ({ parsed }) => parsed.from?.address,
};

const PUBLIC_STRINGS = '00020329-0000-0000-c000-000000000046';

/** One key for however a path (ExtendedFieldURI) writes a property: by tag, or by name or number in a set. */
export function propertyKey({ attributes }: Element): string {
  const { PropertyTag, DistinguishedPropertySetId, PropertySetId, PropertyName, PropertyId } = attributes;
  if (PropertyTag !== undefined) return `tag:${Number(PropertyTag)}`;
  const set = (DistinguishedPropertySetId ?? PropertySetId ?? '').toLowerCase();
  const known = set === PUBLIC_STRINGS ? 'publicstrings' : set;
  return `${known}:${PropertyName?.toLowerCase() ?? `#${Number(PropertyId)}`}`;
}

/** PidNameKeywords, in PS_PUBLIC_STRINGS: what EWS calls the categories ([MS-OXOCFG] section 2.2.5.2.1). */
export const KEYWORDS = 'publicstrings:keywords';

/** Undefined where the item has no such property, which is no error. */
export function propertyOf(item: StoredItem, path: Element): PropertyValue {
  const key = propertyKey(path);
  const kept = KEPT[Number(path.attributes.PropertyTag)]?.(item);
  if (kept !== undefined) return kept;
  if (key === KEYWORDS) return item.categories.length > 0 ? [...item.categories] : undefined;
  const [set, name] = key.split(/:(.*)/s);
  const header = set === 'internetheaders' && item.parsed.headers.find((one) => one.key === name);
  return header ? header.value : typed(item.properties.get(key), path.attributes.PropertyType);
}

/** What was given as a text, as a value of its type (MapiPropertyTypeType). */
function typed(known: string | string[] | undefined, type = ''): PropertyValue {
  if (typeof known !== 'string') return known;
  if (['Integer', 'Long', 'Short', 'Double', 'Float'].includes(type)) return Number(known);
  if (type === 'Boolean') return isTrue(known);
  return type === 'SystemTime' ? new Date(known) : known;
}

/** A property as an item or a folder shows it: nothing where there is none. */
export function propertyElement(path: Element, known: PropertyValue): string {
  if (known === undefined) return '';
  const texts = (Array.isArray(known) ? known : [known]).map((one) =>
    one instanceof Date ? iso(one) : String(one),
  );
  const isMany = path.attributes.PropertyType?.endsWith('Array');
  return tag('t:ExtendedProperty', {}, [
    tag('t:ExtendedFieldURI', path.attributes),
    isMany
      ? tag(
          't:Values',
          {},
          texts.map((one) => value('t:Value', one)),
        )
      : value('t:Value', texts.join(', ')),
  ]);
}

/** What an element ExtendedProperty of a request gives. */
export function givenProperty(element: Element): string | string[] {
  const values = childrenOf(element, 'Values').map(({ text }) => text);
  return values.length > 0 ? values : (textOf(element, 'Value') ?? '');
}
