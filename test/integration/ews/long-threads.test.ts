import { afterEach, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import type { FailedMessages } from '../../../mail/model/failed-messages';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import { mail } from '../../servers/mime';

// A server that gives only so many messages of a thread, and does not say so.

let server: EwsServer | undefined;
let client: EwsClient | undefined;
afterEach(async () => {
  await client?.close();
  await server?.stop();
  expect(server?.problems).toEqual([]);
});

async function threadOf(count: number, conversationLimit?: number) {
  server = await startEws({
    accounts: [{ user: 'ada', domain: '', password: 'secret' }],
    ...(conversationLimit !== undefined && { conversationLimit }),
  });
  const root = '<root@example.test>';
  const answer = (n: number) =>
    mail({ subject: `m${n}`, headers: { 'In-Reply-To': root, References: root } });
  await server
    .mailbox(ADA)
    .deliver('Inbox', [
      { mime: mail({ subject: 'm0', headers: { 'Message-ID': root } }) },
      ...Array.from({ length: count - 1 }, (_, i) => ({ mime: answer(i + 1) })),
    ]);
  client = await EwsClient.open(ewsSettings(server));
  const [start] = await client.listMessages('INBOX', {}, { content: false }, 1);
  const options = { wanted: { content: false }, limit: Infinity };
  return {
    asked: () => server!.operations.filter((one) => one === 'GetConversationItems').length,
    read: async (failed?: FailedMessages) =>
      (await client!.threadMessages({ threadId: start!.threadId! }, options, failed)).map(
        ({ subject }) => subject,
      ),
  };
}

const all = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`);

describe('a long thread', () => {
  it('is whole where the server gives more than half of it at once', async () => {
    const { read } = await threadOf(150, 100);
    expect(await read()).toEqual(all(150));
  });

  it('is whole where the server has no limit', async () => {
    const { read, asked } = await threadOf(120);
    expect(await read()).toEqual(all(120));
    expect(asked()).toBe(2);
  });

  it('takes one request if it is short', async () => {
    const { read, asked } = await threadOf(20);
    expect(await read()).toEqual(all(20));
    expect(asked()).toBe(1);
  });

  it('that is too long for the server is not given as if it were whole', async () => {
    const { read } = await threadOf(230, 100);
    const failed: FailedMessages = new Map();
    expect(await read(failed)).toHaveLength(200);
    expect([...failed.values()]).toMatchObject([
      { message: 'Exchange gave only 200 messages of this thread, the oldest and the newest' },
    ]);
    await expect(read()).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
  });
});
