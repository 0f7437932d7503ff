import { Readable } from 'node:stream';

import type { AttachmentInfo, MessageContent } from '../model/message';
import { partNumber } from './body-part';
import type { RawField } from './header';
import { MimeWalker } from './mime-walker';
import { readSource } from './read-source';
import { savedName } from './saved-name';
import { TransferDecoder } from './transfer-decoder';

/** A file of a message, with its content. */
export type ParsedFile = AttachmentInfo & {
  /** The file name to save it under. */
  savedAs: string;
  bytes: Buffer;
};

export interface ParsedMessage {
  fields: RawField[];
  content: MessageContent;
  files: ParsedFile[];
  /** Whether the message has more text or more parts than were read. */
  truncated: boolean;
}

/** Parses a message that is in memory. */
export async function parseMessage(source: Buffer): Promise<ParsedMessage> {
  const read = await readSource(Readable.from([source]), { content: true });
  const wanted = new Map(read.attachments.map((one) => [one.part, one]));
  const files: Array<{ savedAs: string; info: AttachmentInfo; decoder: TransferDecoder; chunks: Buffer[] }> =
    [];
  const walker = new MimeWalker((part) => {
    const info = wanted.get(partNumber(part));
    if (!info) return undefined;
    const decoder = new TransferDecoder(part.encoding);
    const chunks: Buffer[] = [];
    files.push({ savedAs: savedName(part, info.part), info, decoder, chunks });
    return (chunk) => chunks.push(decoder.push(chunk));
  });
  walker.push(source);
  walker.end();
  return {
    fields: read.fields,
    content: read.content ?? { text: '', html: '' },
    files: files.map(({ savedAs, info, decoder, chunks }) => ({
      ...info,
      savedAs,
      bytes: Buffer.concat([...chunks, decoder.end()]),
    })),
    truncated: read.truncated || read.content?.truncated === true,
  };
}
