import { Readable } from 'node:stream';

import { noSuchPart } from '../model/failed-messages';
import type { AttachmentDownload, MessageDownload } from '../model/message';
import { openPart } from '../mime/part-filter';
import type { Maildrop } from './maildrop';
import { refusedMessage } from './refused-message';
import { CountedData } from './retrieve';

/** `MailClient.openMessage` for POP3. The maildrop stays locked until the stream ends. */
export async function openMessage(maildrop: Maildrop, id: string): Promise<MessageDownload> {
  const { connection, release } = await maildrop.lock();
  try {
    const { entries, outcomes } = await maildrop.byId(connection, [id]);
    const [entry] = entries.get(id) ?? [];
    if (!entry) throw outcomes.get(id);
    // Waits for the first response, so that a refusal rejects this call instead of failing the stream.
    const data = await connection.data(`RETR ${entry.number}`, entry.size).catch((error: unknown) => {
      throw refusedMessage(id, error);
    });
    const content = Readable.from(given(id, data, entry), { objectMode: false });
    // If this fails before anyone reads, the next read reports it. It must not crash the process.
    content.on('error', () => {});
    content.once('close', () => {
      // A generator that nobody has started to read runs none of its code.
      connection.dropUnread();
      release();
    });
    return { content, size: undefined };
  } catch (error) {
    release();
    throw maildrop.toMailError(error);
  }
}

/** The data, or at its end the refusal. */
async function* given(
  id: string,
  data: AsyncGenerator<Buffer>,
  entry: { size: number },
): AsyncGenerator<Buffer> {
  const counted = new CountedData(data);
  yield* counted;
  const refusal = counted.refusalFor(entry);
  if (refusal) throw refusedMessage(id, refusal);
}

/** `MailClient.openAttachment` for POP3: the message is read up to the end of the part. */
export async function openAttachment(
  maildrop: Maildrop,
  id: string,
  part: string,
): Promise<AttachmentDownload> {
  const { content } = await openMessage(maildrop, id);
  const opened = await openPart(content as Readable, part, id).catch((error: unknown) => {
    throw maildrop.toMailError(error);
  });
  if (opened) return opened;
  throw noSuchPart(id, part);
}
