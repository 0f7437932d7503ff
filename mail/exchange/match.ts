import type { BatchResult } from '../model/client';
import { isMailError } from '../errors';
import { matches } from '../model/match';
import type { Message } from '../model/message';
import { assertQuery, type MessageQuery } from '../model/query';
import type { ExchangeParts } from './parts';

/** How many of the newest messages to look through for those that a search in Exchange's own language finds. */
const MOST_FOUND = 1000;

/** `MailClient.matchMessages` for Exchange, which can search a folder but not among some of its messages. */
export async function matchMessages(
  reader: Pick<ExchangeParts['reader'], 'find' | 'get'>,
  ids: readonly string[],
  query: MessageQuery,
): Promise<BatchResult<boolean>> {
  assertQuery(query);
  const read = await reader.get(ids, { content: Boolean(query.body) });
  const messages = [...read.values()].filter((one): one is Message => !isMailError(one));
  const found = new Set<string>();
  for (const folder of query.raw ? new Set(messages.map((one) => one.folder)) : []) {
    const inFolder = await reader.find(folder, { raw: query.raw }, MOST_FOUND, new Map());
    for (const id of inFolder) found.add(id);
  }
  const isMatch = (message: Message) => matches(message, query) && (!query.raw || found.has(message.id));
  return new Map([...read].map(([id, one]) => [id, isMailError(one) ? one : isMatch(one)]));
}
