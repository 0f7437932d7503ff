import { formatAddresses } from './addresses';
import type { Message } from './message';
import { matchesExactly, type MessageQuery } from './query';

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
    within(formatAddresses(message.from), query.from) &&
    within(formatAddresses(message.to), query.to) &&
    within(message.subject, query.subject) &&
    (content === undefined || within(`${content.text}\n${content.html}`, query.body)) &&
    message.size > (query.largerThan ?? -1) &&
    message.size < (query.smallerThan ?? Infinity) &&
    (!query.keyword || hasKeyword(message, query.keyword)) &&
    (!query.withoutKeyword || !hasKeyword(message, query.withoutKeyword)) &&
    (!query.label || hasLabel(message, query.label)) &&
    within(message.messageId ?? '', query.messageId)
  );
}

const hasKeyword = ({ keywords }: Message, wanted: string): boolean =>
  keywords.some((keyword) => keyword.toLowerCase() === wanted.toLowerCase());

const hasLabel = ({ labels = [] }: Message, wanted: string): boolean =>
  labels.some((label) => label.toLowerCase() === wanted.toLowerCase());

const within = (text: string, wanted: string | undefined): boolean =>
  !wanted || text.toLowerCase().includes(wanted.toLowerCase());
