import { formatAddresses } from './addresses';
import type { Message } from './message';
import { matchesExactly, type MessageQuery } from './query';

/**
 * Whether a message meets all the criteria of a query, for what a server cannot answer. `raw` is for the server
 * alone. The body is looked at where it was read; without it the server has decided.
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
    (!query.keyword || message.keywords.some((one) => one.toLowerCase() === query.keyword?.toLowerCase())) &&
    within(message.messageId ?? '', query.messageId)
  );
}

const within = (text: string, wanted: string | undefined): boolean =>
  !wanted || text.toLowerCase().includes(wanted.toLowerCase());
