import { formatAddresses } from './addresses';
import type { Message } from './message';
import { matchesExactly, type MessageQuery, type WholeSubject } from './query';

/**
 * Whether a message meets all criteria of a query. Used if a server cannot decide. `raw` is only for the server. The
 * body is checked if it was read; otherwise the server has decided.
 */
export function matches(message: Message, query: MessageQuery): boolean {
  const { content } = message;
  const is = (known: boolean, wanted: boolean | undefined) => wanted === undefined || known === wanted;
  return (
    matchesExactly(message, query) &&
    is(message.isRead, query.isRead) &&
    is(message.isFlagged, query.isFlagged) &&
    is(message.isAnswered, query.isAnswered) &&
    anyWithin(formatAddresses(message.from), query.from) &&
    anyWithin(formatAddresses(message.to), query.to) &&
    anyWithin(formatAddresses(message.cc), query.cc) &&
    anyWithin(formatAddresses(message.bcc), query.bcc) &&
    isSubject(message.subject, query.subject) &&
    (content === undefined || anyWithin(`${content.text}\n${content.html}`, query.body)) &&
    message.size > (query.largerThan ?? -1) &&
    message.size < (query.smallerThan ?? Infinity) &&
    (!query.keyword || hasAny(message, query.keyword)) &&
    (!query.withoutKeyword || !hasAny(message, query.withoutKeyword)) &&
    (!query.label || hasLabel(message, query.label)) &&
    (!query.messageId || anyWithin(message.messageId ?? '', [query.messageId]))
  );
}

/** Whether one of the keywords is on the message. */
function hasAny({ keywords }: Message, wanted: readonly string[]): boolean {
  const known = new Set(keywords.map((keyword) => keyword.toLowerCase()));
  return wanted.some((keyword) => known.has(keyword.toLowerCase()));
}

/** Whether one of the labels is on the message. */
const hasLabel = ({ labels = [] }: Message, wanted: readonly string[]): boolean =>
  labels.some((label) => wanted.some((one) => one.toLowerCase() === label.toLowerCase()));

function anyWithin(text: string, wanted: readonly string[] | undefined): boolean {
  if (!wanted) return true;
  const known = text.toLowerCase();
  return wanted.some((one) => known.includes(one.toLowerCase()));
}

/** Whether one of the values is in the subject, or is the whole subject. */
export function isSubject(subject: string, wanted: MessageQuery['subject']): boolean {
  if (!wanted) return true;
  const known = subject.toLowerCase();
  const isWhole = ({ exactly }: WholeSubject) => known.trim() === exactly.trim().toLowerCase();
  return wanted.some((one) => (typeof one === 'string' ? known.includes(one.toLowerCase()) : isWhole(one)));
}

/** Whether a whole subject is asked for, which servers cannot decide. */
export const wantsWhole = ({ subject = [] }: MessageQuery): boolean =>
  subject.some((one) => typeof one !== 'string');
