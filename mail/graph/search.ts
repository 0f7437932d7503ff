import { inBrackets } from '../model/angle-brackets';
import { wantsWhole } from '../model/match';
import type { Sort } from '../model/message-search';
import { textIn, type MessageQuery } from '../model/query';

/** Graph requires that the sort property also comes first in the filter. */
const ORDERS: Readonly<Record<Sort, string>> = {
  newest: 'receivedDateTime desc',
  oldest: 'receivedDateTime asc',
};
const EVER = 'receivedDateTime ge 1900-01-01T00:00:00Z';

/**
 * The part of a query that Graph can answer without missing a message; `matches` checks the rest. It checks recipients
 * and sizes, which cannot be searched; bodies, of which Graph finds only some; attachments, because Graph does not
 * count files that Exchange considers inline; and keywords, which may be case-sensitive in Graph but not in Exchange.
 *
 * @returns parameters of the request (https://learn.microsoft.com/graph/query-parameters)
 */
export function toSearch(query: MessageQuery, sort: Sort = 'newest'): Record<string, string> {
  // Graph accepts a query in its own language only instead of other criteria, and decides the order of the results.
  if (query.raw) return { $search: `"${query.raw.replace(/[\\"]/g, '\\$&')}"` };
  const { isRead, isFlagged, from, subject, messageId } = query;
  const { receivedAfter, receivedBefore } = query;
  const filters = [
    isRead !== undefined && `isRead eq ${isRead}`,
    isFlagged !== undefined && `flag/flagStatus ${isFlagged ? 'eq' : 'ne'} 'flagged'`,
    from &&
      isAnswerable(from) &&
      either(...from.flatMap((text) => SENDER.map((path) => contains(path, text)))),
    subject &&
      isShort(subject.map(textIn)) &&
      either(...subject.map((one) => contains('subject', textIn(one)))),
    messageId && `internetMessageId eq ${literal(inBrackets(messageId))}`,
  ].filter((one): one is string => Boolean(one));
  const times = [
    receivedAfter && `receivedDateTime ge ${toSecond(receivedAfter, Math.floor)}`,
    receivedBefore && `receivedDateTime le ${toSecond(receivedBefore, Math.ceil)}`,
  ].filter((one): one is string => Boolean(one));
  const all = [...(filters.length > 0 && times.length === 0 ? [EVER] : times), ...filters];
  return { $orderby: ORDERS[sort], ...(all.length > 0 && { $filter: all.join(' and ') }) };
}

const SENDER = ['from/emailAddress/address', 'from/emailAddress/name'] as const;

/** Graph rejects long filters as too complex, and long URLs. Above this number of values, they are checked here. */
const MOST_VALUES = 20;
/** The same for the characters of all values together, as a URL writes them. */
const LONGEST = 1000;

/** Whether many of the server's results may not match. */
export const isRough = (query: MessageQuery): boolean =>
  Boolean(
    query.to ||
      query.cc ||
      query.bcc ||
      wantsWhole(query) ||
      query.body ||
      query.raw ||
      query.withoutKeyword ||
      (query.from && !isAnswerable(query.from)) ||
      (query.subject && !isShort(query.subject.map(textIn))) ||
      query.receivedAfter ||
      query.receivedBefore,
  ) ||
  [query.isAnswered, query.hasAttachments, query.keyword, query.largerThan, query.smallerThan].some(
    (one) => one !== undefined,
  );

const isAnswerable = (from: readonly string[]): boolean => isShort(from) && from.every(isPlain);

const isShort = (values: readonly string[]): boolean =>
  values.length <= MOST_VALUES && encodeURIComponent(values.join('')).length <= LONGEST;

/** Whether the text can only match within a name or an address, not across both as in `Ada <ada@`. */
const isPlain = (text: string): boolean => !/[<>",]/.test(text);

/** OData 4.01 section 5.1.1.6.1 (URL conventions): a quote is doubled. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const contains = (path: string, text: string): string => `contains(${path},${literal(text)})`;

const either = (...filters: string[]): string =>
  filters.length > 1 ? `(${filters.join(' or ')})` : filters.join('');

/** Exchange compares whole seconds. */
const toSecond = (time: Date, round: (seconds: number) => number): string =>
  new Date(round(time.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
