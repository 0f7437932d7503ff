import type { Address, Message } from './message';
import { matchesExactly, type MessageQuery } from './query';

/** Whether a message meets all the criteria of a query, for servers that cannot say so themselves. */
export function matches(message: Message, query: MessageQuery): boolean {
  const within = (text: string | undefined, wanted: string | undefined) =>
    !wanted || (text ?? '').toLowerCase().includes(wanted.toLowerCase());
  const people = (list: readonly Address[]) =>
    list.map(({ name, address }) => `${name} <${address}>`).join(', ');
  return (
    matchesExactly(message, query) &&
    within(people(message.from), query.from) &&
    within(people(message.to), query.to)
  );
}
