import type { BatchResult } from '../model/client';
import { matches } from '../model/match';
import type { Message } from '../model/message';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { chunk } from '../chunk';
import type { PopConnection } from './connection';
import type { Entry } from './entries';
import { PopRefusal, popCannot } from './errors';
import { assertInbox } from './inbox';
import type { Maildrop } from './maildrop';
import { formatId, messageGone } from './message-id';
import { fromHeader, fromSource } from './read';

/** How many headers are asked for at a time where not all of them will match. */
const PAGE = 100;

/** `MailClient.listMessages` for POP3, where the server knows only sizes and we decide the rest. */
export async function listMessages(
  maildrop: Maildrop,
  folder: string,
  query: MessageQuery,
  wanted: FetchOptions,
  limit: number,
): Promise<Message[]> {
  assertInbox(folder);
  assertAnswerable(assertQuery(query));
  return await maildrop.exclusively(async (connection) => {
    const found: Message[] = [];
    const candidates = (await maildrop.entries(connection)).filter(fits(query));
    const page = Math.min(Object.keys(query).length > 0 ? PAGE : limit, PAGE);
    for (const entries of chunk(candidates, page)) {
      if (found.length >= limit) break;
      for await (const message of read(connection, entries, needed(query, wanted))) {
        if (found.length < limit && message && matches(message, query)) found.push(trimmed(message, wanted));
      }
    }
    return found;
  });
}

/** `MailClient.findMessages` for POP3: without headers where sizes decide. */
export async function findMessages(
  maildrop: Maildrop,
  folder: string,
  query: MessageQuery,
  limit: number,
): Promise<string[]> {
  assertInbox(folder);
  const { largerThan, smallerThan, ...others } = assertQuery(query);
  if (Object.values(others).some((criterion) => criterion !== undefined)) {
    const messages = await listMessages(maildrop, folder, query, { content: false }, limit);
    return messages.map(({ id }) => id);
  }
  const entries = await maildrop.exclusively(async (connection) => await maildrop.entries(connection));
  return entries
    .filter(fits({ largerThan, smallerThan }))
    .slice(0, limit)
    .map(({ uidl }) => formatId(uidl));
}

/** `MailClient.getMessages` for POP3. */
export async function getMessages(
  maildrop: Maildrop,
  ids: readonly string[],
  wanted: FetchOptions,
): Promise<BatchResult<Message>> {
  return await maildrop.exclusively(async (connection) => {
    const { entries, outcomes } = await maildrop.byId<Message>(connection, ids);
    const asked = [...entries.keys()];
    let index = 0;
    for await (const message of read(connection, [...entries.values()], needed({}, wanted))) {
      const id = asked[index++]!;
      outcomes.set(id, message ? trimmed(message, wanted) : messageGone(id));
    }
    return outcomes;
  });
}

/** Messages in the order of their entries; undefined for one that the server does not give. */
async function* read(
  connection: PopConnection,
  entries: readonly Entry[],
  wanted: FetchOptions,
): AsyncGenerator<Message | undefined> {
  const whole = wanted.content || wanted.attachments === true;
  const commands = entries.map(({ number }) => (whole ? `RETR ${number}` : `TOP ${number} 0`));
  let index = 0;
  const parse = async (data: AsyncIterable<Buffer>) => {
    const entry = entries[index]!;
    return whole ? await fromSource(entry, data, wanted) : await fromHeader(entry, data, wanted);
  };
  for await (const message of connection.pipeline(commands, async (reader) => await parse(reader.data()))) {
    index += 1;
    yield message instanceof PopRefusal ? undefined : message;
  }
}

const fits =
  ({ largerThan = -1, smallerThan = Infinity }: MessageQuery) =>
  ({ size }: Entry): boolean =>
    size > largerThan && size < smallerThan;

/** What has to be read so that the query can be decided. */
const needed = (query: MessageQuery, wanted: FetchOptions): FetchOptions => ({
  ...wanted,
  content: wanted.content || query.body !== undefined,
  attachments: wanted.attachments === true || query.hasAttachments !== undefined,
});

function assertAnswerable({ isRead, isFlagged, isAnswered, keyword, raw }: MessageQuery): void {
  if (raw) throw popCannot('search in a language of its own ("Raw Search")');
  if ([isRead, isFlagged, isAnswered, keyword].some((criterion) => criterion !== undefined)) {
    throw popCannot('tell read, flagged or answered messages, or those with a keyword, from others');
  }
}
