import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { isMailError } from '../../../mail/errors';
import type { BatchResult, MailClient } from '../../../mail/model/client';
import type { AttachmentDownload, Message, MessageDownload } from '../../../mail/model/message';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import type { Protocol } from '../../../mail/account/providers';
import { mail } from '../../servers/mime';

/** What an operation is done to, found before anything fails. */
export interface Found {
  client: MailClient;
  /** The account's address. */
  me: string;
  /** Of the inbox, oldest first. */
  ids: string[];
  messages: Message[];
  /** Of the draft that `prepare` made. */
  draft: string;
}

/** One of the things that a node does with a session. */
export interface Operation {
  name: string;
  protocols: readonly Protocol[];
  /** Whether it changes anything: then it is not repeated, and the server is looked at. */
  changes: boolean;
  /** Whether it is several changes, of which the first may stay where a later one fails. */
  inSteps?: boolean;
  /** Whether it sends, and so speaks to a second server. */
  sends?: boolean;
  prepare?: (client: MailClient, me: string) => Promise<string>;
  /** @returns what can be compared with the same of another account */
  run: (found: Found) => Promise<unknown>;
}

/** What the client said of a message. By its subject: ids differ from account to account. */
export interface Told {
  subject: string;
  /** `done`, or the code of an error. */
  outcome: string;
}

export const OTHER = 'info@example.test';
const ALL: readonly Protocol[] = ['imap', 'pop3', 'ews', 'graph'];
const WITH_FOLDERS: readonly Protocol[] = ['imap', 'ews', 'graph'];

/** What a mailbox holds before anything is done. */
export const SEED = {
  INBOX: [
    mail({ subject: 'one', text: 'text of one' }),
    mail({
      subject: 'two',
      text: 'text of two',
      attachments: [
        { filename: 'a.bin', content: Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7) % 256)) },
        { filename: 'b.txt', content: 'b\n'.repeat(500) },
      ],
    }),
    mail({ subject: 'three', text: 'text of three', html: '<p>text of <b>three</b></p>' }),
  ],
  Work: [mail({ subject: 'four', text: 'text of four' }), mail({ subject: 'five', text: 'text of five' })],
} as const;

const letter = (from: string, subject: string): OutgoingMessage => ({
  ...{ from, to: OTHER, subject },
  text: `text of ${subject}`,
});
const codeOr = <T>(one: unknown, value: T) => (isMailError(one) ? one.code : value);
const told = ({ messages }: Found, result: BatchResult<unknown>): Told[] =>
  [...result].map(([id, one]) => ({
    subject: messages.find((message) => message.id === id)?.subject ?? id,
    outcome: codeOr(one, 'done'),
  }));
const shown = ({ subject, content, attachments, isRead, isFlagged }: Message) => ({
  ...{ subject, isRead, isFlagged },
  text: content?.text.trim(),
  files: attachments.map(({ fileName }) => fileName),
});
const hash = async ({ content }: AttachmentDownload | MessageDownload): Promise<string> =>
  createHash('sha256')
    .update(await buffer(content))
    .digest('base64');
/** A message as it is stored has headers of its own account. */
const bodyHash = async ({ content }: MessageDownload): Promise<string> => {
  const bytes = await buffer(content);
  return createHash('sha256')
    .update(bytes.subarray(bytes.indexOf('\r\n\r\n')))
    .digest('base64')
    .concat(` ${/^Subject: .*$/m.exec(bytes.toString('latin1'))?.[0].trim() ?? 'no subject'}`);
};
const requests = ({ messages }: Found) =>
  messages.flatMap(({ id, attachments }) => attachments.map((attachment) => ({ id, ...attachment })));
const draft = async (client: MailClient, me: string): Promise<string> =>
  (await client.saveDraft(letter(me, 'draft'))).id ?? '';

const read = (name: string, run: Operation['run'], protocols = ALL): Operation => ({
  ...{ name, run, protocols },
  changes: false,
});
const change = (
  name: string,
  run: Operation['run'],
  { protocols = WITH_FOLDERS, ...more }: Partial<Operation> = {},
): Operation => ({ name, run, protocols, changes: true, ...more });

/** The one table of what is tried. */
export const OPERATIONS: readonly Operation[] = [
  read('listFolders', async ({ client }) =>
    (await client.listFolders({ counts: true })).map(({ path, counts }) => [path, counts?.total]),
  ),
  read('getFolder', async ({ client }) => (await client.getFolder('INBOX'))?.counts?.total),
  read(
    'findMessages',
    async ({ client }) => (await client.findMessages('INBOX', { subject: ['two'] }, 10)).length,
  ),
  read('listMessages', async ({ client }) =>
    (await client.listMessages('INBOX', {}, { content: true, attachments: true }, 10)).map(shown),
  ),
  read('getMessages', async ({ client, ids }) =>
    [...(await client.getMessages(ids, { content: true })).values()].map((one) =>
      isMailError(one) ? one.code : shown(one),
    ),
  ),
  read('openAttachment', async (found) => {
    const { id, part } = requests(found)[0]!;
    return await hash(await found.client.openAttachment(id, part));
  }),
  read('openAttachments', async (found) => {
    const all: string[] = [];
    for await (const [, one] of found.client.openAttachments(requests(found)))
      all.push(isMailError(one) ? one.code : await hash(one));
    return all.sort();
  }),
  read('openMessage', async ({ client, ids }) => await bodyHash(await client.openMessage(ids[1]!))),
  read('openMessages', async ({ client, ids }) => {
    const all: string[] = [];
    for await (const [, one] of client.openMessages(ids))
      all.push(isMailError(one) ? one.code : await bodyHash(one));
    return all.sort();
  }),
  read(
    'waitForChanges',
    async ({ client }) => {
      const known = await client.waitForChanges('INBOX', undefined, { timeout: 100 });
      return (await client.waitForChanges('INBOX', known, { timeout: 100 })) === known;
    },
    WITH_FOLDERS,
  ),
  // To mark again does no harm, so that it may be refused where a part of it is done.
  change(
    'markMessages',
    async (found) =>
      told(found, await found.client.markMessages(found.ids, { isRead: true, isFlagged: true })),
    { inSteps: true },
  ),
  change('moveMessages', async (found) =>
    told(found, await found.client.moveMessages(found.ids.slice(0, 2), 'Work')),
  ),
  change('copyMessages', async (found) =>
    told(found, await found.client.copyMessages(found.ids.slice(0, 2), 'Work')),
  ),
  change('deleteMessages', async (found) =>
    told(found, await found.client.deleteMessages(found.ids.slice(0, 2), { permanently: false })),
  ),
  change(
    'deleteMessages for good',
    async (found) =>
      told(found, await found.client.deleteMessages(found.ids.slice(0, 2), { permanently: true })),
    { protocols: ALL },
  ),
  change('appendMessage', async ({ client }) => {
    const { folder } = await client.appendMessage('Work', {
      content: mail({ subject: 'appended' }),
      marks: {},
    });
    return folder;
  }),
  change('createFolder', async ({ client }) => (await client.createFolder('Made')).path),
  change('renameFolder', async ({ client }) => (await client.renameFolder('Work', 'Renamed')).path),
  change('deleteFolder', async ({ client }) => await client.deleteFolder('Work'), { inSteps: true }),
  change('emptyFolder', async ({ client }) => await client.emptyFolder('Work'), { inSteps: true }),
  change('emptyFolder of the inbox', async ({ client }) => await client.emptyFolder('INBOX'), {
    protocols: ['pop3'],
    inSteps: true,
  }),
  change('saveDraft', async ({ client, me }) => (await client.saveDraft(letter(me, 'draft'))).folder),
  change(
    'saveDraft in place of another',
    async ({ client, me, draft: replaces }) =>
      (await client.saveDraft(letter(me, 'newer draft'), { replaces })).folder,
    { prepare: draft, inSteps: true },
  ),
  change(
    'send',
    async ({ client, me }) => {
      const { accepted, rejected } = await client.send(letter(me, 'sent'), { saveToSent: 'always' });
      return { accepted, rejected };
    },
    { protocols: ALL, sends: true, inSteps: true },
  ),
  change(
    'sendDraft',
    async ({ client, draft: id }) => {
      const { accepted, rejected } = await client.sendDraft(id, { saveToSent: 'always' });
      return { accepted, rejected };
    },
    { prepare: draft, sends: true, inSteps: true },
  ),
];
