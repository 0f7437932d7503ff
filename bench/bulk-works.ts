import { finished } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';

import { ImapFlow } from 'imapflow';

import { BasicAuthenticator } from '../mail/auth/basic';
import type { MailClient } from '../mail/model/client';
import { isMailError } from '../mail/errors';
import { SUMMARY_FIELDS } from '../mail/imap/convert';
import { openClient } from '../mail/session/open-client';
import type { Account } from './lab';

/** A piece of work, for our client and by hand on imapflow. Each returns a number that must be the same for all. */
export interface Work {
  title: string;
  ours(client: MailClient, folder: string): Promise<number>;
  bare(flow: ImapFlow, folder: string): Promise<number>;
}

const drained = async (stream: NodeJS.ReadableStream | undefined): Promise<number> => {
  let bytes = 0;
  if (!stream) throw new Error('Nothing to read');
  stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await finished(stream);
  return bytes;
};

export const WORKS = {
  envelopes: {
    title: '10,000 envelopes',
    ours: async (client) => (await client.listMessages('Envelopes', {}, { content: false }, Infinity)).length,
    bare: async (flow) => {
      await flow.mailboxOpen('Envelopes');
      return (await flow.fetchAll('1:*', SUMMARY_FIELDS)).length;
    },
  },
  texts: {
    title: '1,000 full messages',
    ours: async (client) => {
      const messages = await client.listMessages('Texts', {}, { content: true }, Infinity);
      return messages.filter(({ content }) => content?.text.startsWith('Dear Alice')).length;
    },
    bare: async (flow) => {
      await flow.mailboxOpen('Texts');
      await flow.fetchAll('1:*', SUMMARY_FIELDS);
      const bodies = await flow.fetchAll('1:*', { uid: true, bodyParts: ['1'] });
      // All of them are base64 in UTF-8 here. A client that cannot assume this has to parse.
      return bodies.filter(({ bodyParts }) =>
        Buffer.from(bodyParts?.get('1')?.toString('latin1') ?? '', 'base64')
          .toString('utf8')
          .startsWith('Dear Alice'),
      ).length;
    },
  },
  files: {
    title: '200 attachments of 1 MB',
    ours: async (client) => {
      const messages = await client.listMessages('Files', {}, { content: false }, Infinity);
      const requests = messages.flatMap(({ id, attachments }) => attachments.map((one) => ({ id, ...one })));
      let bytes = 0;
      for await (const [, file] of client.openAttachments(requests)) {
        if (!isMailError(file)) bytes += await drained(file.content);
      }
      return bytes;
    },
    bare: async (flow) => {
      await flow.mailboxOpen('Files');
      const messages = await flow.fetchAll('1:*', SUMMARY_FIELDS);
      let bytes = 0;
      for (const { uid } of messages) {
        const { content } = await flow.download(`${uid}`, '2', { uid: true, chunkSize: 4 * 1024 * 1024 });
        bytes += await drained(content);
      }
      return bytes;
    },
  },
  move: {
    title: 'move 1,000',
    ours: async (client, folder) => {
      const ids = await client.findMessages(folder, {}, Infinity);
      return [...(await client.moveMessages(ids, 'Moved')).values()].filter((one) => !isMailError(one))
        .length;
    },
    bare: async (flow, folder) => {
      await flow.mailboxOpen(folder);
      // A workflow names messages by their ids, so this does not move the whole folder at once.
      const uids = (await flow.search({ all: true }, { uid: true })) || [];
      const moved = await flow.messageMove(uids, 'Moved', { uid: true });
      return moved ? (moved.uidMap?.size ?? 0) : 0;
    },
  },
  mark: {
    title: 'mark 1,000 as read',
    ours: async (client, folder) => {
      const ids = await client.findMessages(folder, {}, Infinity);
      return [...(await client.markMessages(ids, { isRead: true })).values()].filter((one) => one === true)
        .length;
    },
    bare: async (flow, folder) => {
      await flow.mailboxOpen(folder);
      const uids = (await flow.search({ all: true }, { uid: true })) || [];
      return (await flow.messageFlagsAdd(uids, ['\\Seen'], { uid: true })) ? uids.length : 0;
    },
  },
  newest: {
    title: 'newest 50 of 50,000',
    ours: async (client) => (await client.listMessages('Huge', {}, { content: false }, 50)).length,
    bare: async (flow) => {
      const { exists } = await flow.mailboxOpen('Huge');
      return (await flow.fetchAll(`${exists - 49}:${exists}`, SUMMARY_FIELDS)).length;
    },
  },
  arrived: {
    title: '500 new messages: read, and marked as read',
    ours: async (client, folder) => {
      const messages = await client.listMessages(folder, { isRead: false }, { content: true }, 500);
      await client.markMessages(
        messages.map(({ id }) => id),
        { isRead: true },
      );
      return messages.filter(({ content }) => content?.text.startsWith('Dear Alice')).length;
    },
    bare: async (flow, folder) => {
      await flow.mailboxOpen(folder);
      const unread = (await flow.search({ seen: false }, { uid: true })) || [];
      const uids = unread.slice(-500);
      await flow.fetchAll(uids, SUMMARY_FIELDS, { uid: true });
      const bodies = await flow.fetchAll(uids, { uid: true, bodyParts: ['1'] }, { uid: true });
      await flow.messageFlagsAdd(uids, ['\\Seen'], { uid: true });
      return bodies.filter(({ bodyParts }) => bodyParts?.get('1')).length;
    },
  },
  warmUp: {
    title: 'a few messages, before the work is measured',
    ours: async (client) => (await client.listMessages('WarmUp', {}, { content: true }, 50)).length,
    bare: async (flow) => {
      await flow.mailboxOpen('WarmUp');
      return (await flow.fetchAll('1:*', SUMMARY_FIELDS)).length;
    },
  },
  stream: {
    title: '500 MB of messages streamed by',
    ours: async (client) => {
      const ids = await client.findMessages('Stream', {}, Infinity);
      let bytes = 0;
      for await (const [, message] of client.openMessages(ids)) {
        if (!isMailError(message)) bytes += await drained(message.content);
      }
      return bytes;
    },
    bare: async (flow) => {
      await flow.mailboxOpen('Stream');
      const messages = await flow.fetchAll('1:*', { uid: true });
      let bytes = 0;
      for (const { uid } of messages) {
        const { content } = await flow.download(`${uid}`, undefined, {
          uid: true,
          chunkSize: 4 * 1024 * 1024,
        });
        bytes += await drained(content);
      }
      return bytes;
    },
  },
} as const satisfies Record<string, Work>;

export type WorkName = keyof typeof WORKS;

export async function runOurs(account: Account, work: Work, folder: string): Promise<number> {
  const { host, port, user, password, ca } = account;
  const client = await openClient({
    ...{ provider: 'other', protocol: 'imap', authentication: 'basic' },
    server: { host, port, security: 'tls', caCertificate: ca },
    authenticator: new BasicAuthenticator(user, password),
    timeouts: { connect: 30_000, command: 60_000, idle: 300_000 },
  });
  const result = await work.ours(client, folder);
  await client.close();
  return result;
}

export async function runBare(account: Account, work: Work, folder: string): Promise<number> {
  const { host, port, user, password, ca } = account;
  const flow = new ImapFlow({
    ...{
      host,
      port,
      secure: true,
      tls: { ca: [...rootCertificates, ca] },
      logger: false,
      disableAutoIdle: true,
    },
    auth: { user, pass: password },
  });
  await flow.connect();
  const result = await work.bare(flow, folder);
  await flow.logout();
  return result;
}
