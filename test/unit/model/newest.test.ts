import { expect, test } from 'vitest';

import { MailError } from '../../../mail/errors';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import type { MailClient } from '../../../mail/model/client';
import { matches } from '../../../mail/model/match';
import type { Message } from '../../../mail/model/message';
import { newestMessages } from '../../../mail/model/newest';
import type { MessageQuery } from '../../../mail/model/query';

// A folder of 1,000 messages, the newest first: every 100th is of Ada, and every 150th about her.

const messages = Array.from({ length: 1000 }, (_, index) => ({
  id: String(index),
  subject: index % 150 === 0 ? 'About ADA' : 'News',
  from: [{ name: index % 100 === 0 ? 'Ada' : 'Bob', address: 'x@example.test' }],
  to: [],
  cc: [],
  bcc: [],
  receivedAt: new Date(Date.UTC(2026, 0, 1) - index * 1000).toISOString(),
  size: 1,
})) as unknown as Message[];

function folder() {
  const asked: Array<[query: MessageQuery, limit: number]> = [];
  const listMessages = async (_: string, query: MessageQuery, __: unknown, limit: number) => {
    asked.push([query, limit]);
    return await Promise.resolve(messages.filter((one) => matches(one, query)).slice(0, limit));
  };
  return { asked, client: { listMessages } as unknown as MailClient };
}

const OPTIONS = { party: 'from', limit: 5 } as const;
const idsOf = (found: Message[]): string[] => found.map(({ id }) => id);

test('a server that can search is asked for subject and sender, and a message is there once', async () => {
  const { asked, client } = folder();
  const { messages: found } = await newestMessages(client, 'INBOX', {
    ...OPTIONS,
    text: ' ada ',
    searchable: true,
  });
  expect(idsOf(found)).toEqual(['0', '100', '150', '200', '300']);
  expect(asked).toEqual([
    [{ subject: ['ada'] }, 5],
    [{ from: ['ada'] }, 5],
  ]);
});

test('without a search on the server, only the newest 200 are read', async () => {
  const { asked, client } = folder();
  const { messages: found } = await newestMessages(client, 'INBOX', {
    ...OPTIONS,
    text: 'ada',
    searchable: false,
  });
  expect(idsOf(found)).toEqual(['0', '100', '150']);
  expect(asked).toEqual([[{}, 200]]);
});

test('without a text, the newest are read', async () => {
  for (const searchable of [true, false]) {
    const { asked, client } = folder();
    const { messages: found } = await newestMessages(client, 'INBOX', { ...OPTIONS, text: ' ', searchable });
    expect(idsOf(found)).toEqual(['0', '1', '2', '3', '4']);
    expect(asked).toEqual([[{}, 5]]);
  }
});

test('what the server does not give is reported', async () => {
  const error = new MailError('SERVER_REFUSED', 'The server refused it', 'Try again.');
  const listMessages = async (_: string, __: unknown, ___: unknown, ____: number, failed: FailedMessages) => {
    failed.set('refused', error);
    return await Promise.resolve(messages.slice(0, 2));
  };
  const client = { listMessages } as unknown as MailClient;
  for (const text of ['', 'ada']) {
    const { failed } = await newestMessages(client, 'INBOX', { ...OPTIONS, text, searchable: true });
    expect([...failed]).toEqual([['refused', error]]);
  }
});
