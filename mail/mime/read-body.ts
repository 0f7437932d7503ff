import type { AttachmentInfo, MessageContent } from '../model/message';
import type { BodyPart } from './body-part';
import { contentOf } from './content';
import { decodeText } from './decode-text';
import { MimeWalker } from './mime-walker';
import { attachments, textParts } from './parts';

/** A text longer than this is no text to be read. Bytes. */
const LONGEST_TEXT = 16 * 1024 * 1024;
const LONGEST_HEADER = 1024 * 1024;

/** What is known of a message that was read as a whole. */
export interface ReadBody {
  /** As it came, with the line end of its last field. */
  header: Buffer;
  attachments: AttachmentInfo[];
  /** Where it was asked for. */
  content?: MessageContent;
}

/** Reads a message to its end, of which only the texts are kept in memory. */
export async function readBody(source: AsyncIterable<Buffer>, withContent: boolean): Promise<ReadBody> {
  const header: Buffer[] = [];
  let headerBytes = 0;
  let headerDone = false;
  const texts = new Map<BodyPart, Buffer[]>();
  const walker = new MimeWalker((part) => {
    headerDone = true;
    if (!withContent || !part.type.startsWith('text/') || part.disposition === 'attachment') return undefined;
    const chunks: Buffer[] = [];
    texts.set(part, chunks);
    let bytes = 0;
    return (chunk) => {
      bytes += chunk.length;
      // A copy, or the whole packet would be kept for it.
      if (bytes <= LONGEST_TEXT) chunks.push(Buffer.from(chunk));
    };
  });
  for await (const chunk of source) {
    if (!headerDone && headerBytes < LONGEST_HEADER) {
      header.push(Buffer.from(chunk));
      headerBytes += chunk.length;
    }
    walker.push(chunk);
  }
  const structure = walker.end();
  const parts = textParts(structure);
  const textOf = async (part: BodyPart | undefined) =>
    await decodeText(part, part && Buffer.concat(texts.get(part) ?? []));
  return {
    header: headerOf(Buffer.concat(header)),
    attachments: attachments(structure),
    ...(withContent && { content: contentOf(await textOf(parts.text), await textOf(parts.html)) }),
  };
}

/** The header that a message begins with. */
export function headerOf(start: Buffer): Buffer {
  const ends = [start.indexOf('\r\n\r\n'), start.indexOf('\n\n')].filter((at) => at >= 0);
  return ends.length > 0 ? start.subarray(0, Math.min(...ends) + 2) : start;
}
