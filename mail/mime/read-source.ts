import type { AttachmentInfo, MessageContent } from '../model/message';
import { isMessage, type BodyPart } from './body-part';
import { attachments, classify } from './classify';
import { contentOf, LONGEST_TEXT } from './content';
import { decodeText } from './decode-text';
import { rawFields, type RawField } from './header';
import { MimeWalker } from './mime-walker';

/** The parsed contents of a message. */
export interface ReadMessage {
  fields: RawField[];
  structure: BodyPart;
  attachments: AttachmentInfo[];
  /** Whether the message has more parts than were read. */
  truncated: boolean;
  content?: MessageContent;
}

/** Parses a message as it arrives. Only its header and its texts, up to `LONGEST_TEXT`, are kept in memory. */
export async function readSource(
  source: AsyncIterable<Buffer>,
  { content, truncated = false }: { content: boolean; truncated?: boolean },
): Promise<ReadMessage> {
  const texts = new Map<BodyPart, StoredText>();
  let room = LONGEST_TEXT;
  const walker = new MimeWalker((part) => {
    if (!content || isMessage(part) || !part.type.startsWith('text/') || part.disposition === 'attachment')
      return undefined;
    const text: StoredText = { chunks: [], truncated: false };
    texts.set(part, text);
    return (chunk) => {
      // A copy, because a slice would keep the whole packet in memory.
      if (room > 0) text.chunks.push(Buffer.from(chunk.subarray(0, room)));
      if (chunk.length > room) text.truncated = true;
      room = Math.max(0, room - chunk.length);
    };
  });
  for await (const chunk of source) walker.push(chunk);
  const structure = walker.end();
  return {
    fields: rawFields(walker.header),
    structure,
    attachments: attachments(structure),
    truncated: walker.truncated,
    ...(content && { content: bodiesOf(structure, (part) => texts.get(part), truncated) }),
  };
}

/** A text, still encoded. */
export interface StoredText {
  chunks: Buffer[];
  /** Whether it was cut off. */
  truncated: boolean;
}

/**
 * The bodies of a message.
 *
 * @param storedOf returns the bytes that were read of a part
 * @param truncated whether part of the message was not read
 */
export function bodiesOf(
  structure: BodyPart,
  storedOf: (part: BodyPart) => StoredText | undefined,
  truncated = false,
): MessageContent {
  let isCut = truncated;
  const decoded = (part: BodyPart): string => {
    const stored = storedOf(part);
    if (!stored) return '';
    isCut ||= stored.truncated;
    const { chunks } = stored;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    return decodeText(part, stored.truncated ? toLastLine(bytes) : bytes);
  };
  const segments = classify(structure).bodies.map(({ text, html }) => ({
    text: text.map(decoded),
    html: html.map((part) => ({ isHtml: part.type === 'text/html', text: decoded(part) })),
  }));
  return contentOf(segments, isCut);
}

/** Cuts a truncated text after the last complete line, not within a character. */
export function toLastLine(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x0a);
  return bytes.length - end < 1000 ? bytes.subarray(0, end + 1) : bytes;
}
