import type { AttachmentInfo, MessageContent } from '../model/message';
import { isMessage, type BodyPart } from './body-part';
import { attachments, classify } from './classify';
import { contentOf, LONGEST_TEXT } from './content';
import { decodeText } from './decode-text';
import { rawFields, type RawField } from './header';
import { MimeWalker } from './mime-walker';

/** What a message's bytes say. */
export interface ReadMessage {
  fields: RawField[];
  structure: BodyPart;
  attachments: AttachmentInfo[];
  /** Whether it has more parts than were looked at. */
  truncated: boolean;
  content?: MessageContent;
}

/** Reads a message as it comes. Only its header and its texts are kept in memory, up to `LONGEST_TEXT`. */
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
      // A copy, or the whole packet would be kept for it.
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

/** A text as it is stored. */
export interface StoredText {
  chunks: Buffer[];
  /** Whether it goes on. */
  truncated: boolean;
}

/**
 * The bodies of a message.
 *
 * @param storedOf what was read of a part
 * @param truncated whether a part of the message was not read
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
    const bytes = Buffer.concat(stored.chunks);
    return decodeText(part, stored.truncated ? toLastLine(bytes) : bytes);
  };
  const segments = classify(structure).bodies.map(({ text, html }) => ({
    text: text.map(decoded),
    html: html.map((part) => ({ isHtml: part.type === 'text/html', text: decoded(part) })),
  }));
  return contentOf(segments, isCut);
}

/** A text that was cut off ends with a line, and not within a letter. */
function toLastLine(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x0a);
  return bytes.length - end < 1000 ? bytes.subarray(0, end + 1) : bytes;
}
