import { Readable } from 'node:stream';

import { openSequentially } from '../async/open-sequentially';
import type { MailError } from '../errors';
import type { AttachmentRequest } from '../model/client';
import { noSuchPart } from '../model/failed-messages';
import type { AttachmentDownload, MessageDownload } from '../model/message';
import { openPart } from '../mime/part-filter';
import { chunksOf } from '../net/body';
import type { Maildrop } from './maildrop';
import { refusedMessage } from './refused-message';
import { CountedData } from './retrieve';

/** Bytes of a message that is kept in memory while its attachments are taken from it. */
const KEPT = 16 * 1024 * 1024;

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
  return await partOf(maildrop, id, part, content as Readable);
}

/** `MailClient.openAttachments` for POP3. A message is read once for all of its attachments, if it is not too large. */
export function openAttachments(
  maildrop: Maildrop,
  requests: readonly AttachmentRequest[],
): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
  const wanted = new Map<string, { count: number; bytes: number }>();
  for (const { id, size } of requests) {
    const { count, bytes } = wanted.get(id) ?? { count: 0, bytes: 0 };
    wanted.set(id, { count: count + 1, bytes: bytes + size });
  }
  const isKept = ({ count, bytes } = { count: 0, bytes: 0 }) => count > 1 && bytes < KEPT;
  let kept: { id: string; stored: Promise<Buffer | undefined> } | undefined;
  return openSequentially(requests, async ({ id, part }) => {
    if (!isKept(wanted.get(id))) return await openAttachment(maildrop, id, part);
    if (kept?.id !== id) kept = { id, stored: keep(maildrop, id) };
    const stored = await kept.stored;
    if (!stored) return await openAttachment(maildrop, id, part);
    return await partOf(maildrop, id, part, Readable.from([stored]));
  });
}

/** The whole message; undefined if it is too large. */
async function keep(maildrop: Maildrop, id: string): Promise<Buffer | undefined> {
  const { content } = await openMessage(maildrop, id);
  try {
    const { chunks, complete } = await chunksOf(KEPT, content as AsyncIterable<Buffer>);
    return complete ? Buffer.concat(chunks) : undefined;
  } catch (error) {
    throw maildrop.toMailError(error);
  }
}

async function partOf(
  maildrop: Maildrop,
  id: string,
  part: string,
  source: Readable,
): Promise<AttachmentDownload> {
  const opened = await openPart(source, part, id).catch((error: unknown) => {
    throw maildrop.toMailError(error);
  });
  if (opened) return opened;
  throw noSuchPart(id, part);
}
