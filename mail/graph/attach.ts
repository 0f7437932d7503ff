import { Readable } from 'node:stream';

import { MailError, isMailError } from '../errors';
import { parseHttpsUrl } from '../net/https-url';
import { assertSingleLine } from '../text';
import type { GraphApi } from './api';
import type { FileAttachment } from './from-mime';
import { notGraph } from './errors';
import { messagePath } from './paths';

/**
 * Maximum size of an attachment in a single request. Larger ones need an upload session
 * (https://learn.microsoft.com/graph/outlook-large-attachments).
 */
export const SMALL = 3 * 1024 * 1024 - 1;
/** Graph's maximum for one attachment. */
const LARGEST = 150 * 1024 * 1024;
/** Size of one piece in an upload session: less than 4 MB, and a multiple of 320 KiB. */
const PIECE = 10 * 320 * 1024;

/** The resource for an attachment in a single request. */
export const toResource = ({ name, contentType, content, isInline, contentId }: FileAttachment): object => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  ...{ name, contentType, isInline, contentBytes: content.toString('base64') },
  ...(contentId !== undefined && { contentId }),
});

/** An attachment of known size, whose content is read only when it is sent. */
export interface SizedAttachment extends Omit<FileAttachment, 'content'> {
  /** Bytes. */
  size: number;
  open: () => Promise<Readable>;
}

/** Adds an attachment to a message. @throws {MailError} */
export async function attach(api: GraphApi, id: string, file: SizedAttachment): Promise<void> {
  assertSingleLine('Attachment', file.name);
  if (file.size > LARGEST) throw tooLarge(file);
  if (file.size > SMALL) return await upload(api, id, file);
  const pieces: Buffer[] = [];
  for await (const piece of await file.open()) pieces.push(piece as Buffer);
  const body = toResource({ ...file, content: Buffer.concat(pieces) });
  await api.call({ method: 'POST', path: `${messagePath(id)}/attachments`, body });
}

export const sized = (file: FileAttachment): SizedAttachment => ({
  ...file,
  size: file.content.length,
  open: async () => await Promise.resolve(Readable.from([file.content])),
});

async function upload(api: GraphApi, id: string, file: SizedAttachment): Promise<void> {
  const { name, contentType, isInline, contentId, size } = file;
  const AttachmentItem = {
    ...{ attachmentType: 'file', name, size, contentType, isInline },
    ...(contentId !== undefined && { contentId }),
  };
  const path = `${messagePath(id)}/attachments/createUploadSession`;
  const { uploadUrl } = await api
    .call<{ uploadUrl?: string }>({ method: 'POST', path, body: { AttachmentItem } })
    .catch((error: unknown) => {
      throw isMailError(error, 'ACCESS_DENIED') && api.context.graph.mailbox ? notHere(file, error) : error;
    });
  const url = parseHttpsUrl(uploadUrl);
  if (!url) throw notGraph(api.context.graph.url);
  let sent = 0;
  for await (const piece of inPieces(await file.open())) {
    const end = sent + piece.length;
    if (end > size) break;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${sent}-${end - 1}/${size}`,
    };
    const upload = api.transport.upload({ method: 'PUT', url, body: piece, headers });
    const reply = await upload.catch((error: unknown) => {
      throw isEnd(error) ? uploadEnded(name) : error;
    });
    reply.resume();
    // The attachment exists only after the last piece (https://learn.microsoft.com/graph/outlook-large-attachments).
    if (end === size && reply.statusCode !== 201) throw notAttached(name);
    sent = end;
  }
  if (sent !== size) throw changed(name);
}

async function* inPieces(content: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    held.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size < PIECE) continue;
    let all = Buffer.concat(held);
    for (; all.length >= PIECE; all = all.subarray(PIECE)) yield all.subarray(0, PIECE);
    held = [all];
    size = all.length;
  }
  if (size > 0) yield Buffer.concat(held);
}

const tooLarge = ({ name, size }: SizedAttachment): MailError =>
  new MailError(
    'INVALID_INPUT',
    `Attachment "${name}": ${Math.ceil(size / 1024 / 1024)} MB is too large for Microsoft Graph`,
    'An attachment may have up to 150 MB. Send a link instead. The message was not sent.',
  );

/** Of the upload itself: what Graph says of a message, it does not mean here. */
const isEnd = (error: unknown): boolean =>
  isMailError(error, 'ACCESS_DENIED', 'AUTHENTICATION_FAILED', 'MESSAGE_NOT_FOUND') ||
  // Not if Graph is too busy.
  (isMailError(error, 'SERVER_REFUSED') && error.retryAfter === undefined);

const uploadEnded = (name: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Attachment "${name}": Microsoft Graph ended the upload before all of it was there`,
    'Try again. The message was not sent.',
  );

/** A limit of Graph for signed-in users (https://learn.microsoft.com/graph/outlook-large-attachments). */
const notHere = ({ name, size }: SizedAttachment, { code, message }: MailError): MailError =>
  new MailError(
    code,
    `Attachment "${name}": ${message}`,
    `In a shared mailbox, Microsoft Graph may take no attachment of more than 3 MB (this one has ${Math.ceil(size / 1024 / 1024)} MB) from a user. Use a credential with client credentials, send a smaller attachment, or send from the account's own mailbox. The message was not sent.`,
  );

const notAttached = (name: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Attachment "${name}": Microsoft Graph received all of it but attached nothing`,
    'Try again. The message was not sent.',
  );

const changed = (name: string): MailError =>
  new MailError(
    'INVALID_INPUT',
    `Attachment "${name}": its size changed during the upload`,
    'Try again. The message was not sent.',
  );
