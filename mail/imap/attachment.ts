import { Readable } from 'node:stream';

import type { FetchMessageObject, ImapFlow } from 'imapflow';

import { invalidInput } from '../errors';
import { partNamed, type BodyPart } from '../mime/body-part';
import { openPart } from '../mime/part-filter';
import { partFromFields } from '../mime/part-header';
import { rawFields, valuesOf } from '../mime/header';
import { savedName } from '../mime/saved-name';
import { TransferDecoder } from '../mime/transfer-decoder';
import { noSuchPart } from '../model/failed-messages';
import type { AttachmentDownload } from '../model/message';
import { orUnreadable } from '../model/unreadable';
import type { ImapConnection, SeenFolders } from './connection';
import { headerKey, ownNumber } from './doubts';
import { beginMessage, openStream, type Begin } from './locked-stream';
import { givenPart } from './not-given';
import { CHUNK, inPieces, pieceOf, type Piece } from './pieces';

/**
 * The header fields that describe the content of a message that is not a multipart, whose part has no header of its
 * own.
 */
export const PART_HEADERS = [
  'Content-Type',
  'Content-Transfer-Encoding',
  'Content-Disposition',
  'Content-ID',
];

/** `MailClient.openAttachment` for IMAP; `seen` as for `ImapConnection.lock`. */
export async function openAttachment(
  connection: ImapConnection,
  id: string,
  part: string,
  seen?: SeenFolders,
): Promise<AttachmentDownload> {
  const own = ownNumber(part);
  if (own) return await openFromSource(connection, id, own, seen);
  if (!/^\d+(\.\d+)*$/.test(part)) {
    throw invalidInput(
      'Attachment',
      `"${part}" is not a part of a message`,
      'Use the field "part" of an attachment.',
    );
  }
  const { content, node } = await openStream(connection, id, beginPart(id, part), seen);
  return { content, fileName: savedName(node, part), mimeType: node.type };
}

async function openFromSource(
  connection: ImapConnection,
  id: string,
  number: string,
  seen?: SeenFolders,
): Promise<AttachmentDownload> {
  const { content } = await openStream(connection, id, beginMessage, seen);
  return (await openPart(content, number, id)) ?? Promise.reject(noSuchPart(id, number));
}

const beginPart =
  (id: string, part: string): Begin<{ node: BodyPart }> =>
  async (flow, uid) => {
    const first = { key: part, start: 0, maxLength: CHUNK };
    const fields = {
      uid: true,
      bodyStructure: true,
      headers: PART_HEADERS,
      bodyParts: [first, headerKey(part)],
    };
    const item = await flow.fetchOne(`${uid}`, fields, { uid: true });
    if (!item || !item.bodyStructure) return undefined;
    const node = orUnreadable({ id }, () => partOf(item, part));
    if (!node) throw noSuchPart(id, part);
    const stored = givenPart(item, item.bodyStructure, part);
    if (!stored) return undefined;
    const { size = 0 } = partNamed(item.bodyStructure, part) ?? {};
    const piece = { ...pieceOf(item, part), bytes: stored };
    const bytes = decoded(flow, uid, part, { ...node, size }, piece, id);
    const content = Readable.from(bytes, { objectMode: false });
    return { about: { node }, content };
  };

async function* decoded(
  flow: ImapFlow,
  uid: number,
  part: string,
  { encoding, size = 0 }: BodyPart,
  first: Piece,
  id: string,
): AsyncGenerator<Buffer> {
  const decoder = new TransferDecoder(encoding);
  const next = async (start: number) => {
    const bodyParts = [{ key: part, start, maxLength: CHUNK }];
    const item = await flow.fetchOne(`${uid}`, { uid: true, bodyParts }, { uid: true });
    return item ? pieceOf(item, part) : undefined;
  };
  for await (const chunk of inPieces('attachment', first, size, next))
    yield orUnreadable({ id }, () => decoder.push(chunk));
  yield orUnreadable({ id }, () => decoder.end());
}

/**
 * The part as its own header describes it, or the message header if it is the only part. Without either, as the server
 * describes it.
 */
export function partOf(
  { bodyStructure, bodyParts, headers = Buffer.alloc(0) }: FetchMessageObject,
  part: string,
): BodyPart | undefined {
  const listed = bodyStructure && partNamed(bodyStructure, part);
  if (!listed) return undefined;
  const isOnly = !bodyStructure.type.startsWith('multipart/');
  const fields = rawFields(isOnly ? headers : (bodyParts?.get(headerKey(part)) ?? Buffer.alloc(0)));
  if (fields.length === 0) return listed;
  const hasType = valuesOf(fields, 'content-type').length > 0;
  return { ...partFromFields(fields, hasType ? undefined : listed.type), part: listed.part };
}
