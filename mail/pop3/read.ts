import { Readable } from 'node:stream';

import { headerDate } from '../mime/date';
import { decodedFields, valuesOf, type RawField } from '../mime/header';
import { previewOfBeginning } from '../mime/preview';
import { readSource } from '../mime/read-source';
import { summaryOf } from '../mime/summary';
import type { Message } from '../model/message';
import { previewOf } from '../model/preview';
import type { FetchOptions } from '../model/query';
import type { Entry } from './entries';

/**
 * A message of which only the header was read, and the first lines of the body for a preview. Its attachments are
 * unknown.
 */
export async function fromHeader(entry: Entry, header: Buffer, wanted: FetchOptions): Promise<Message> {
  const { fields } = await readSource(Readable.from([header]), { content: false });
  return {
    ...toMessage(entry, fields, wanted),
    ...(wanted.preview && { preview: previewOfBeginning(header, { isCut: false }) }),
    headersOnly: true,
  };
}

/** A message that was read completely. Only its texts are kept in memory. */
export async function fromSource(
  entry: Entry,
  source: AsyncIterable<Buffer>,
  wanted: FetchOptions,
): Promise<Message> {
  const needsText = wanted.content || wanted.preview === true;
  const { fields, attachments, truncated, content } = await readSource(source, { content: needsText });
  return {
    ...toMessage(entry, fields, wanted),
    attachments,
    ...(truncated && { attachmentsTruncated: true as const }),
    ...(content && wanted.preview && { preview: previewOf(content.text) }),
    ...(content && wanted.content && { content }),
  };
}

function toMessage({ id, size }: Entry, fields: readonly RawField[], wanted: FetchOptions): Message {
  const summary = summaryOf(fields);
  return {
    id,
    folder: 'INBOX',
    ...summary,
    receivedAt: receivedAt(fields) ?? summary.date,
    ...{ isRead: false, isFlagged: false, isAnswered: false, isDraft: false, keywords: [] },
    size,
    attachments: [],
    ...(wanted.headers && { headers: decodedFields(fields) }),
  };
}

/** The last server writes the time after the semicolon of the topmost Received field (RFC 5321 section 4.4). */
function receivedAt(fields: readonly RawField[]): string | undefined {
  const [topmost = ''] = valuesOf(fields, 'received');
  return headerDate(topmost.slice(topmost.lastIndexOf(';') + 1));
}
