import type { MailClient } from './client';
import type { FailedMessages } from './failed-messages';
import { matches } from './match';
import type { Message } from './message';
import { inOrder } from './message-search';
import type { MessageQuery } from './query';

/** How many messages to read at most if the server cannot search, as over POP3. */
const MOST_READ = 200;

interface NewestOptions {
  /** What a person looks for: in the subject, and in the names and addresses of `party`. Empty for all messages. */
  text: string;
  party: 'from' | 'to';
  limit: number;
  /** Whether the server itself can search. */
  searchable: boolean;
}

export interface NewestMessages {
  messages: Message[];
  /** Messages that the server has but did not give. It is not known whether they have the text. */
  failed: FailedMessages;
}

/** The newest messages of a folder for a person to choose from, without their content. */
export async function newestMessages(
  client: MailClient,
  folder: string,
  options: NewestOptions,
): Promise<NewestMessages> {
  const failed: FailedMessages = new Map();
  return { messages: await listed(client, folder, options, failed), failed };
}

async function listed(
  client: MailClient,
  folder: string,
  { text, party, limit, searchable }: NewestOptions,
  failed: FailedMessages,
): Promise<Message[]> {
  const list = async (query: MessageQuery, most: number) =>
    await client.listMessages(folder, query, { content: false }, most, failed);
  const looked = text.trim();
  if (!looked) return await list({}, limit);
  const queries: MessageQuery[] = [{ subject: [looked] }, { [party]: [looked] }];
  if (!searchable) {
    const read = await list({}, MOST_READ);
    return read.filter((message) => queries.some((query) => matches(message, query))).slice(0, limit);
  }
  const found = new Map<string, Message>();
  // One after the other, because they share a connection.
  for (const query of queries) for (const message of await list(query, limit)) found.set(message.id, message);
  return inOrder([...found.values()], 'newest', limit);
}
