import PostalMime from 'postal-mime';

import type { Address, Message } from '../model/message';
import { headerFields } from '../mime/header-fields';
import { readBody } from '../mime/read-body';
import type { FetchOptions } from '../model/query';
import type { Entry } from './entries';

/** A message of which only the header was read: nothing is known of its attachments. */
export async function fromHeader(entry: Entry, header: Buffer, wanted: FetchOptions): Promise<Message> {
  return { ...(await summary(entry, header, wanted)), attachments: [], headersOnly: true };
}

/** A message that was read as a whole, of which only the texts are kept in memory. */
export async function fromSource(
  entry: Entry,
  source: AsyncIterable<Buffer>,
  wanted: FetchOptions,
): Promise<Message> {
  const { header, ...body } = await readBody(source, wanted.content);
  return { ...(await summary(entry, header, wanted)), ...body };
}

async function summary({ id, size }: Entry, header: Buffer, wanted: FetchOptions): Promise<Message> {
  const fields = await headerFields(header);
  const parsed = await PostalMime.parse(Buffer.concat([header, Buffer.from('\r\n')]));
  const from = people(parsed.from ? [parsed.from] : []);
  const replyTo = people(parsed.replyTo);
  const date = isoDate(fields.find(({ name }) => name.toLowerCase() === 'date')?.value);
  return {
    id,
    folder: 'INBOX',
    messageId: parsed.messageId,
    inReplyTo: parsed.inReplyTo,
    subject: parsed.subject ?? '',
    from,
    // A message without Reply-To is answered to who it is from.
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: people(parsed.to),
    cc: people(parsed.cc),
    bcc: people(parsed.bcc),
    date,
    receivedAt: receivedAt(fields) ?? date,
    ...{ isRead: false, isFlagged: false, isAnswered: false, isDraft: false, keywords: [] },
    size,
    attachments: [],
    ...(wanted.headers && { headers: fields }),
  };
}

/** The last server on the way writes its time behind the semicolon of the topmost field (RFC 5321 section 4.4). */
const receivedAt = (fields: ReadonlyArray<{ name: string; value: string }>): string | undefined =>
  isoDate(
    fields
      .find(({ name }) => name.toLowerCase() === 'received')
      ?.value.split(';')
      .pop(),
  );

type Person = { name?: string; address?: string; group?: Person[] };

const people = (list: readonly Person[] | undefined): Address[] =>
  (list ?? []).flatMap(({ name = '', address = '', group }) => (group ? people(group) : [{ name, address }]));

function isoDate(text: string | undefined): string | undefined {
  // Comments such as (CEST) are allowed and mean nothing (RFC 5322 section 3.3).
  const date = new Date((text ?? '').replace(/\([^)]*\)/g, '').trim());
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
