import { previewOf } from '../model/preview';
import { isMessage, type BodyPart } from './body-part';
import { classify } from './classify';
import { decodeText } from './decode-text';
import { pageText } from './html-to-text';
import { MimeWalker } from './mime-walker';
import { toLastLine } from './read-source';

/**
 * The preview of a message of which only the beginning was read.
 *
 * @param beginning the header, at least the fields that say how the text is written, and the beginning of the body
 * @param isCut whether it may end within a line
 */
export function previewOfBeginning(beginning: Buffer, { isCut }: { isCut: boolean }): string | undefined {
  const texts = new Map<BodyPart, Buffer[]>();
  const walker = new MimeWalker((part) => {
    if (isMessage(part) || !part.type.startsWith('text/')) return undefined;
    const chunks: Buffer[] = [];
    texts.set(part, chunks);
    return (chunk) => chunks.push(Buffer.from(chunk));
  });
  walker.push(isCut ? toLastLine(beginning) : beginning);
  for (const { text, html } of classify(walker.end()).bodies) {
    // Plain text comes first, because it needs no conversion.
    for (const part of [...text, ...html]) {
      const decoded = decodeText(part, Buffer.concat(texts.get(part) ?? []));
      const preview = previewOf(part.type === 'text/html' ? pageText(decoded) : decoded);
      if (preview) return preview;
    }
  }
  return undefined;
}
