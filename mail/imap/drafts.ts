import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { assertDraft, bothKept } from '../model/drafts';
import { MailError, isMailError } from '../errors';
import { compose } from '../mime/compose';
import { withoutBcc } from '../mime/bcc';
import type { Message } from '../model/message';
import type { OutgoingMessage, SaveToSent, SavedDraft, SentMessage } from '../model/outgoing';
import { needsUtf8 } from '../model/addresses';
import type { Submission } from '../model/submission';
import { reasonNotToSave, type SentFolder } from './sent-copy';
import type { ImapConnection } from './connection';
import { deleteMessages } from './delete';
import { getMessages } from './get';
import { openMessage } from './source';
import { appendMessage } from './append';

const FOR_GOOD = { permanently: true };

/** `MailClient.saveDraft` for IMAP. IMAP cannot change a message, so a new one replaces the old one. */
export async function saveDraft(
  connection: ImapConnection,
  message: OutgoingMessage,
  { replaces }: { replaces?: string },
): Promise<SavedDraft> {
  const composed = compose(message, { isDraft: true });
  if (replaces !== undefined) await draftOf(connection, replaces);
  const content = Buffer.concat([Buffer.from(composed.bccHeader), await buffer(composed.open())]);
  const marks = { isDraft: true, isRead: true };
  const { folder = '', id } = await appendMessage(connection, '\\Drafts', { content, marks });
  if (replaces !== undefined) {
    const kept = await remove(connection, replaces);
    if (kept) throw bothKept(kept);
  }
  return { folder, id, messageId: composed.messageId };
}

/** `MailClient.sendDraft` for IMAP. Removes the draft only after the server accepted it for sending. */
export async function sendDraft(
  connection: ImapConnection,
  submission: Submission,
  sentFolder: SentFolder,
  id: string,
  saveToSent: SaveToSent,
): Promise<SentMessage> {
  const { from, to, cc, bcc, messageId = '' } = await draftOf(connection, id);
  const people = [...to, ...cc, ...bcc];
  // Somebody whom a mail program has left as a name would get no mail, and nobody would hear of it.
  const unreachable = people.find(({ address }) => !address);
  if (unreachable) throw notToBeSent(`address of "${unreachable.name}"`);
  const recipients = people.map(({ address }) => address);
  const sender = from[0]?.address;
  if (!sender || recipients.length === 0) throw notToBeSent(sender ? 'recipient' : 'sender');
  const stored = await buffer((await openMessage(connection, id)).content);
  const { message, bccHeader } = withoutBcc(stored);
  const composed = {
    messageId,
    envelope: { from: sender, to: [...new Set(recipients)] },
    utf8Address: [sender, ...recipients].find(needsUtf8),
    isEightBit: message.some((byte) => byte > 0x7f),
    open: () => Readable.from([message]),
    bccHeader,
  };
  const { accepted, rejected } = await submission.send(composed, { keepContent: false });
  const notSaved = reasonNotToSave(saveToSent, connection.settings);
  const sentCopy = notSaved ? { saved: false, reason: notSaved } : await sentFolder.save(stored);
  const removed = await remove(connection, id);
  return { messageId, accepted, rejected, sentCopy, ...(removed && { draftKept: removed.message }) };
}

async function draftOf(connection: ImapConnection, id: string): Promise<Message> {
  const found = (await getMessages(connection, [id], { content: false })).get(id);
  return await assertDraft(found, async () => {
    return await connection.pathOf('\\Drafts').catch((error: unknown) => {
      if (isMailError(error, 'FOLDER_NOT_FOUND')) return undefined;
      throw error;
    });
  });
}

/**
 * Deletes the draft, and returns the error if that fails. Never rejects: the message is sent, and the call must not
 * look as if it failed.
 */
async function remove(connection: ImapConnection, id: string): Promise<MailError | undefined> {
  try {
    const outcome = (await deleteMessages(connection, [id], FOR_GOOD)).get(id);
    return isMailError(outcome) ? outcome : undefined;
  } catch (error) {
    if (isMailError(error)) return error;
    throw error;
  }
}

const notToBeSent = (missing: string): MailError =>
  new MailError(
    'INVALID_INPUT',
    `Draft ID: the draft has no ${missing}`,
    'Add it with Draft → Update before you send the draft.',
  );
