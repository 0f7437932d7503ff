import type { StoredItem } from '../exchange/mailbox';
import type { Json } from './call';
import { badRequest } from './errors';
import { parseFilter, type Filter } from './filter-parse';
import { iso } from './fields';

/** Properties of MAPI by the ids that Graph gives them ([MS-OXPROPS]). */
export const PROPERTIES: Readonly<Record<string, (item: StoredItem) => string | number | undefined>> = {
  'Integer 0x1081': ({ lastVerb }) => lastVerb,
  'Integer 0xe08': ({ mime }) => mime.length,
  'Integer 0x1016': ({ parsed }) => (parsed.html === undefined ? 1 : 3),
  'Integer 0xe07': ({ isRead, isDraft }) => (isRead ? 1 : 0) | (isDraft ? 8 : 0),
  'SystemTime 0xe06': ({ receivedAt }) => iso(receivedAt),
  'String 0x1042': ({ parsed }) => parsed.inReplyTo,
  'String 0x1039': ({ parsed }) => parsed.references,
  'String 0x1035': ({ parsed }) => parsed.messageId,
};

/** As Exchange writes an id: the type's name, and the tag in small letters without leading zeros. */
export function propertyId(id: string): string {
  const [, type, tag] = /^(Integer|String|SystemTime|Boolean|Binary) 0x0*([0-9a-f]+)$/i.exec(id) ?? [];
  if (!type || !tag) throw badRequest(`'${id}' is no id of a property here.`, 'ErrorInvalidProperty');
  return `${type} 0x${tag.toLowerCase()}`;
}

/** Those that a filter names, which an item has. */
export function renderProperties(item: StoredItem, filter: string | undefined): Json[] {
  if (filter === undefined) {
    throw badRequest('Extended properties have to be filtered by id.', 'ErrorInvalidRequest');
  }
  return idsIn(parseFilter(filter)).flatMap((id) => {
    const value = PROPERTIES[id]?.(item);
    return value === undefined ? [] : [{ id, value: String(value) }];
  });
}

/** All that an item has, to filter messages by them. */
export const allProperties = (item: StoredItem): Json[] =>
  Object.entries(PROPERTIES).flatMap(([id, read]) => {
    const value = read(item);
    return value === undefined ? [] : [{ id, value: String(value) }];
  });

function idsIn(filter: Filter): string[] {
  if (filter.kind === 'or') return [...idsIn(filter.left), ...idsIn(filter.right)];
  if (filter.kind === 'compare' && filter.operator === 'eq') {
    const { left, right } = filter;
    if (left.kind === 'path' && left.path.join('/') === 'id' && right.kind === 'string') {
      return [propertyId(right.value)];
    }
  }
  throw badRequest('Extended properties can be filtered by id only.', 'ErrorInvalidUrlQueryFilter');
}

/** What is given for a new item, by id. */
export function givenProperties(list: unknown): Map<string, string> {
  const given = (list ?? []) as Array<{ id?: string; value?: string }>;
  return new Map(
    given.map(({ id = '', value = '' }) => {
      const known = propertyId(id);
      if (!(known in WRITABLE)) throw badRequest(`${id} cannot be set here.`, 'ErrorInvalidProperty');
      return [known, value];
    }),
  );
}

const WRITABLE = {
  'Integer 0xe07': 'flags',
  'SystemTime 0xe06': 'received',
  'SystemTime 0x39': 'sent',
  'String 0x1042': 'in reply to',
  'String 0x1039': 'references',
  'Integer 0x1081': 'last verb',
  'Integer 0x1080': 'icon',
  'SystemTime 0x1082': 'time of the last verb',
};
