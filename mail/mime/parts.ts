import type { BodyPart } from './body-part';
import type { AttachmentInfo } from '../model/message';

/** The body parts that hold a message's text, as numbered by IMAP (RFC 9051 section 6.4.5.1). */
export interface TextParts {
  text?: BodyPart;
  html?: BodyPart;
}

const isText = (node: BodyPart, type: string): boolean =>
  node.type === type && node.disposition !== 'attachment';

/** The number of a part; a message that is not a multipart has one part, "1", that the structure leaves unnumbered. */
export const partNumber = (node: BodyPart): string => node.part ?? '1';

/** Every leaf in the order of the message. A message/rfc822 part is a leaf: it is an attachment, not our text. */
function* leaves(node: BodyPart): Generator<BodyPart> {
  if (node.type === 'message/rfc822' || !node.childNodes?.length) yield node;
  else for (const child of node.childNodes) yield* leaves(child);
}

/** The part of this number, if the message has one. */
export function partNamed(structure: BodyPart, part: string): BodyPart | undefined {
  for (const leaf of leaves(structure)) if (partNumber(leaf) === part) return leaf;
  return undefined;
}

/** The first text/plain and the first text/html that are not attachments. */
export function textParts(structure: BodyPart): TextParts {
  const parts: TextParts = {};
  for (const leaf of leaves(structure)) {
    if (!parts.text && isText(leaf, 'text/plain') && !fileNameOf(leaf)) parts.text = leaf;
    else if (!parts.html && isText(leaf, 'text/html') && !fileNameOf(leaf)) parts.html = leaf;
  }
  return parts;
}

export const fileNameOf = (node: BodyPart): string | undefined =>
  node.dispositionParameters?.filename ?? node.parameters?.name;

/**
 * Whether a part belongs to the text and not beside it: pictures, and nameless parts such as the AMP version of
 * a newsletter. "Content-Disposition: inline" alone does not say so: Apple Mail gives it to every PDF.
 */
export function isShownWithin(leaf: BodyPart): boolean {
  const { type, disposition, id } = leaf;
  if (disposition === 'attachment') return false;
  if (type.startsWith('image/')) return disposition === 'inline' || id !== undefined;
  return (
    !fileNameOf(leaf) && (id !== undefined || type.startsWith('text/') || type === 'message/delivery-status')
  );
}

/** Every leaf that is not the text of the message. */
export function attachments(structure: BodyPart): AttachmentInfo[] {
  const { text, html } = textParts(structure);
  return [...leaves(structure)]
    .filter((leaf) => leaf !== text && leaf !== html && !leaf.type.startsWith('multipart/'))
    .map((leaf) => ({
      part: partNumber(leaf),
      fileName: fileNameOf(leaf) ?? '',
      mimeType: leaf.type,
      size: leaf.size ?? 0,
      inline: isShownWithin(leaf),
      ...(leaf.id ? { contentId: leaf.id.replace(/^<|>$/g, '') } : {}),
    }));
}
