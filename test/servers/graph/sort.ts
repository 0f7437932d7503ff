import type { StoredItem } from '../exchange/mailbox';
import { badRequest } from './errors';
import { FIELDS } from './fields';
import type { Order } from './options';

/** By what Exchange keeps an index. */
const SORTABLE = [
  ...['receivedDateTime', 'sentDateTime', 'createdDateTime', 'lastModifiedDateTime', 'subject', 'isRead'],
  ...['from/emailAddress/name', 'from/emailAddress/address', 'importance', 'hasAttachments'],
  ...['sender/emailAddress/name', 'sender/emailAddress/address', 'isDraft', 'flag/flagStatus'],
];

/** Without an order the newest come first. */
export function sorted(items: readonly StoredItem[], order: readonly Order[]): StoredItem[] {
  const orders = order.length > 0 ? order : [{ path: 'receivedDateTime', descending: true }];
  for (const { path } of orders) {
    if (!SORTABLE.includes(path)) throw badRequest(`Cannot sort by ${path}.`, 'ErrorInvalidUrlQuery');
  }
  const view = { immutable: false, prefersText: false, bodies: 'stored' } as const;
  const keyed = items.map((item) => ({
    item,
    keys: orders.map(({ path: full }) => {
      const [name = '', ...rest] = full.split('/');
      const value = rest.reduce<unknown>(
        (at, step) => (at as Record<string, unknown> | null)?.[step],
        FIELDS[name]?.(item, view),
      );
      // Whole seconds are written without a fraction, which would put them behind those with one.
      return full.endsWith('DateTime') ? Date.parse(String(value)) : String(value ?? '').toLowerCase();
    }),
  }));
  // What arrived last is the first among equals.
  keyed.reverse();
  keyed.sort((a, b) => {
    for (const [index, { descending }] of orders.entries()) {
      const [x, y] = [a.keys[index]!, b.keys[index]!];
      if (x !== y) return (x < y ? -1 : 1) * (descending ? -1 : 1);
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}
