import { keywordTest } from '../exchange/keywords';
import type { StoredItem } from '../exchange/mailbox';
import { badRequest } from './errors';

/** The messages that meet a query: words and properties, joined by AND, OR and NOT. */
export function search(items: readonly StoredItem[], query: string): StoredItem[] {
  const [, inner] = /^"(.*)"$/s.exec(query.trim()) ?? [];
  if (inner === undefined) {
    throw badRequest(`Syntax error: character '${query.charAt(0)}' is not valid: $search has to be quoted.`);
  }
  return items.filter(keywordTest(inner.replaceAll('\\"', '"').replaceAll('\\\\', '\\')));
}
