import { isMailError, type MailError } from '../../../mail/errors';
import type { AttachmentRequest, MailClient } from '../../../mail/model/client';
import type { OutgoingMessage } from '../../../mail/model/outgoing';

/** Something that a node does with a session: it reads, changes something, or sends. */
interface Work {
  kind: 'read' | 'change' | 'send';
  /** @returns what is given to the node */
  run: (client: MailClient) => Promise<unknown>;
}

export type WorkName = keyof typeof WORKS;

const letter = (subject: string): OutgoingMessage => ({
  ...{ from: 'ada@example.test', to: 'bob@example.test', subject, text: 'Hello' },
});
const ids = async (client: MailClient) => await client.findMessages('INBOX', {}, 10);
const draft = async (client: MailClient) => (await client.saveDraft(letter('draft'))).id ?? '';
const length = async (open: Promise<{ content: NodeJS.ReadableStream }>) =>
  await sizeOf((await open).content);

/** The content itself is not kept: that would be the test's memory, not the client's. */
async function sizeOf(content: NodeJS.ReadableStream): Promise<number> {
  let size = 0;
  for await (const chunk of content) size += chunk.length;
  return size;
}

async function attachmentsOf(client: MailClient): Promise<AttachmentRequest[]> {
  const messages = await client.listMessages('INBOX', {}, { content: false, attachments: true }, 10);
  return messages.flatMap(({ id, attachments }) => attachments.map((one) => ({ id, ...one })));
}

async function each(all: AsyncIterable<[unknown, { content: NodeJS.ReadableStream } | MailError]>) {
  const lengths: unknown[] = [];
  for await (const [, one] of all) lengths.push(isMailError(one) ? one : await sizeOf(one.content));
  return lengths;
}

const read = (run: Work['run']): Work => ({ kind: 'read', run });
const change = (run: Work['run']): Work => ({ kind: 'change', run });

/** What is done with a hostile server. */
export const WORKS = {
  login: read(async () => await Promise.resolve()),
  listFolders: read(async (client) => await client.listFolders({ counts: true })),
  getFolder: read(async (client) => await client.getFolder('Work')),
  findMessages: read(async (client) => await client.findMessages('INBOX', {}, 10)),
  'find by a text': read(async (client) => await client.findMessages('INBOX', { body: ['text'] }, 10)),
  'find all': read(async (client) => (await client.findMessages('INBOX', {}, Infinity)).length),
  listMessages: read(
    async (client) => await client.listMessages('INBOX', {}, { content: true, headers: true }, 10),
  ),
  'list all': read(
    async (client) => (await client.listMessages('INBOX', {}, { content: false }, Infinity)).length,
  ),
  getMessages: read(
    async (client) => await client.getMessages(await ids(client), { content: true, attachments: true }),
  ),
  openMessage: read(async (client) => {
    const [id = ''] = await ids(client);
    return await length(client.openMessage(id));
  }),
  openMessages: read(async (client) => await each(client.openMessages(await ids(client)))),
  openAttachment: read(async (client) => {
    const [one] = await attachmentsOf(client);
    return one && (await length(client.openAttachment(one.id, one.part)));
  }),
  openAttachments: read(async (client) => await each(client.openAttachments(await attachmentsOf(client)))),
  waitForChanges: read(async (client) => await client.waitForChanges('INBOX', undefined, { timeout: 100 })),
  changesSince: read(async (client) => {
    const { cursor } = await client.changesSince('INBOX', undefined, { limit: 10 });
    return await client.changesSince('INBOX', cursor, { limit: 10 });
  }),
  moveMessages: change(async (client) => await client.moveMessages(await ids(client), 'Work')),
  copyMessages: change(async (client) => await client.copyMessages(await ids(client), 'Work')),
  deleteMessages: change(
    async (client) => await client.deleteMessages(await ids(client), { permanently: true }),
  ),
  markMessages: change(async (client) => await client.markMessages(await ids(client), { isRead: true })),
  'mark with a keyword': change(
    async (client) => await client.markMessages(await ids(client), { addKeywords: ['Red'] }),
  ),
  appendMessage: change(
    async (client) =>
      await client.appendMessage('Work', { content: Buffer.from('Subject: x\r\n\r\ny'), marks: {} }),
  ),
  createFolder: change(async (client) => await client.createFolder('Made')),
  renameFolder: change(async (client) => await client.renameFolder('Work', 'Renamed')),
  deleteFolder: change(async (client) => await client.deleteFolder('Work')),
  emptyFolder: change(async (client) => await client.emptyFolder('INBOX')),
  saveDraft: change(async (client) => await client.saveDraft(letter('draft'))),
  send: {
    kind: 'send',
    run: async (client) => await client.send(letter('sent'), { saveToSent: 'automatic' }),
  },
  sendDraft: {
    kind: 'send',
    run: async (client) => await client.sendDraft(await draft(client), { saveToSent: 'automatic' }),
  },
} as const satisfies Record<string, Work>;

/** The first error among what many came to. */
export const firstError = (result: unknown): MailError | undefined => {
  const all: unknown[] =
    result instanceof Map ? [...result.values()] : Array.isArray(result) ? (result as unknown[]) : [];
  return all.find((one): one is MailError => isMailError(one));
};
