import { Readable } from 'node:stream';

import type { AttachmentDownload, MessageDownload } from '../model/message';
import { openPart } from '../mime/part-filter';
import { PopRefusal } from './errors';
import type { Maildrop } from './maildrop';
import { messageGone } from './message-id';

/** `MailClient.openMessage` for POP3. The maildrop is held until the stream ends. */
export async function openMessage(maildrop: Maildrop, id: string): Promise<MessageDownload> {
  const { connection, release } = await maildrop.lock();
  try {
    const { entries, outcomes } = await maildrop.byId(connection, [id]);
    const entry = entries.get(id);
    if (!entry) throw outcomes.get(id);
    const content = Readable.from(connection.data(`RETR ${entry.number}`), { objectMode: false });
    content.once('close', release);
    return { content, size: undefined };
  } catch (error) {
    release();
    throw error instanceof PopRefusal ? messageGone(id) : maildrop.toMailError(error);
  }
}

/** `MailClient.openAttachment` for POP3: the message is read up to the end of the part. */
export async function openAttachment(
  maildrop: Maildrop,
  id: string,
  part: string,
): Promise<AttachmentDownload> {
  const { content } = await openMessage(maildrop, id);
  const opened = await openPart(content as Readable, part).catch((error: unknown) => {
    throw maildrop.toMailError(error);
  });
  if (opened) return opened;
  throw messageGone(`${id}, part ${part}`);
}
