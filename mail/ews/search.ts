import { ANSWERS, FLAGGED, type Property } from '../exchange/properties';
import { wantsWhole } from '../model/match';
import { textIn, type MessageQuery } from '../model/query';
import { field } from './properties';
import { escaped } from './soap';

/**
 * The part of a query that Exchange can answer without missing a message (RestrictionType of the schema); `matches`
 * checks the rest. It checks "to", "cc" and "bcc" completely, because recipients cannot be searched by address. It also
 * checks attachments, because Exchange does not count files that it considers inline.
 *
 * @returns empty if there is nothing for the server to search
 */
export function toRestriction(query: MessageQuery): string {
  const { isRead, isFlagged, isAnswered, from, subject, body, keyword, messageId } = query;
  const { receivedAfter, receivedBefore, largerThan, smallerThan } = query;
  const received = 'item:DateTimeReceived';
  const filters = [
    isRead !== undefined && is('message:IsRead', isRead),
    isFlagged !== undefined && holds(is('flagStatus', FLAGGED), isFlagged),
    isAnswered !== undefined && holds(any(...ANSWERS.map((verb) => is('lastVerb', verb))), isAnswered),
    from && any(...from.flatMap((text) => SENDER.map((name) => contains(name, text)))),
    subject && any(...subject.map((one) => contains('item:Subject', textIn(one)))),
    body && any(...body.map((text) => contains('item:Body', text))),
    keyword && any(...keyword.map((text) => isText('item:Categories', text))),
    messageId && contains('message:InternetMessageId', messageId),
    receivedAfter && compare('IsGreaterThanOrEqualTo', received, receivedAfter.toISOString()),
    // Exchange compares whole seconds.
    receivedBefore && compare('IsLessThanOrEqualTo', received, receivedBefore.toISOString()),
    largerThan !== undefined && compare('IsGreaterThan', 'item:Size', largerThan),
    smallerThan !== undefined && compare('IsLessThan', 'item:Size', smallerThan),
  ].filter((one): one is string => Boolean(one));
  if (filters.length === 0) return '';
  return `<m:Restriction>${filters.length > 1 ? element('And', ...filters) : filters[0]}</m:Restriction>`;
}

const SENDER = ['message:From', 'senderName', 'senderAddress'] as const;

type Comparison =
  | 'IsEqualTo'
  | 'IsGreaterThan'
  | 'IsGreaterThanOrEqualTo'
  | 'IsLessThan'
  | 'IsLessThanOrEqualTo';

const element = (name: string, ...content: string[]): string => `<t:${name}>${content.join('')}</t:${name}>`;

const constant = (value: string | number | boolean): string =>
  `<t:Constant Value="${escaped(String(value))}"/>`;

const compare = (comparison: Comparison, name: string | Property, value: string | number | boolean): string =>
  element(comparison, field(name), element('FieldURIOrConstant', constant(value)));

const is = (name: string | Property, value: string | number | boolean): string =>
  compare('IsEqualTo', name, value);

const contains = (name: string | Property, text: string, mode = 'Substring'): string =>
  `<t:Contains ContainmentMode="${mode}" ContainmentComparison="IgnoreCase">${field(name)}${constant(text)}</t:Contains>`;

/** The same text, case-insensitive. */
const isText = (name: string | Property, text: string): string => contains(name, text, 'FullString');

const any = (...filters: string[]): string =>
  filters.length > 1 ? element('Or', ...filters) : filters.join('');

const holds = (filter: string, wanted: boolean): string => (wanted ? filter : element('Not', filter));

/** Whether the server's results must be checked further. */
export const isRough = (query: MessageQuery): boolean =>
  Boolean(
    query.to ||
      query.cc ||
      query.bcc ||
      wantsWhole(query) ||
      query.hasAttachments !== undefined ||
      query.withoutKeyword ||
      query.receivedAfter ||
      query.receivedBefore ||
      query.raw,
  );
