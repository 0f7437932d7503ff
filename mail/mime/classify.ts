import type { AttachmentInfo } from '../model/message';
import { isMessage, leaves, partNumber, type BodyPart } from './body-part';

/**
 * A piece of what a reader of the message is shown, in the forms that the message has of it: parts that follow each other.
 * Where one form is missing, the other is to be made into it. Among the HTML there may be plain texts.
 */
export interface Segment {
  text: BodyPart[];
  html: BodyPart[];
}

/** What a message consists of. */
export interface Classified {
  /** In their order; they are shown one after the other (RFC 2046 section 5.1.3). */
  bodies: Segment[];
  /** All else, and texts with a name that stand behind the first one: those are both. */
  files: BodyPart[];
}

/**
 * Decides which parts of a message are its text and which are its files: the one place, for every protocol that knows a
 * message's structure. It needs of each part its type, disposition, parameters and Content-ID, and the parts in it.
 *
 * Only the disposition makes a text an attachment (RFC 2183 sections 2.1 and 2.10): a name does not.
 */
export function classify(structure: BodyPart): Classified {
  const bodies = segmentsOf(structure);
  const shown = new Set(bodies.flatMap(partsOf));
  const first = new Set([bodies[0]?.text[0], bodies[0]?.html[0]]);
  const files = [...leaves(structure)].filter((leaf) => {
    if (leaf.type.startsWith('multipart/')) return false;
    if (!shown.has(leaf)) return true;
    return fileNameOf(leaf) !== undefined && !first.has(leaf);
  });
  return { bodies, files };
}

export const partsOf = ({ text, html }: Segment): BodyPart[] => [...text, ...html];

/** The files of a message as its structure describes them. */
export function attachments(structure: BodyPart): AttachmentInfo[] {
  const { bodies, files } = classify(structure);
  const shown = new Set(bodies.flatMap(partsOf));
  return files.map((leaf) => ({
    part: partNumber(leaf),
    fileName: fileNameOf(leaf) ?? '',
    mimeType: leaf.type,
    size: leaf.size ?? 0,
    inline: shown.has(leaf) || isShownWithin(leaf),
    ...(leaf.id ? { contentId: leaf.id.replace(/^<|>$/g, '') } : {}),
  }));
}

/** The disposition's name counts before the type's (RFC 2183 section 2.3). */
export const fileNameOf = (node: BodyPart): string | undefined =>
  node.dispositionParameters?.filename || node.parameters?.name || undefined;

/** Types of text that are files for programs, and no text for people. */
const FOR_PROGRAMS =
  /^text\/(calendar|csv|x-amp-html|vcard|x-vcard|directory|rfc822-headers|css|javascript|xml)$/;

function segmentsOf(node: BodyPart): Segment[] {
  if (isMessage(node) || !node.type.startsWith('multipart/')) return ofLeaf(node);
  const children = node.childNodes ?? [];
  if (node.type === 'multipart/alternative') return ofAlternatives(children);
  if (node.type === 'multipart/related') return ofRelated(node, children);
  return children.flatMap(segmentsOf);
}

function ofLeaf(leaf: BodyPart): Segment[] {
  if (!leaf.type.startsWith('text/') || leaf.disposition === 'attachment') return [];
  if (leaf.type === 'text/html') return [{ text: [], html: [leaf] }];
  if (leaf.type === 'text/plain') return [{ text: [leaf], html: [] }];
  // A type of text that nobody knows counts as text (RFC 2046 section 4.1.4), where it is not a file.
  return FOR_PROGRAMS.test(leaf.type) || fileNameOf(leaf) ? [] : [{ text: [leaf], html: [] }];
}

/** Forms of the same: the first that is plain text, and the richest, which is the last (RFC 2046 section 5.1.4). */
function ofAlternatives(children: readonly BodyPart[]): Segment[] {
  const forms = children.map(segmentsOf).filter((segments) => segments.length > 0);
  const isRich = (segments: Segment[]) => segments.some(({ html }) => html.length > 0);
  const rich = forms.filter(isRich).at(-1);
  const plain = forms.find((segments) => !isRich(segments));
  if (!rich || !plain) return rich ?? plain ?? [];
  return [{ text: plain.flatMap(partsOf), html: rich.flatMap(richest) }];
}

const richest = ({ text, html }: Segment): BodyPart[] => (html.length > 0 ? html : text);

/** What a multipart/related is about (RFC 2387 section 3.2): the part it names, or the first that has a text. */
function ofRelated(node: BodyPart, children: readonly BodyPart[]): Segment[] {
  const start = node.parameters?.start;
  const named = start && children.find(({ id }) => id?.replace(/^<|>$/g, '') === start.replace(/^<|>$/g, ''));
  if (named) return segmentsOf(named);
  for (const child of children) {
    const found = segmentsOf(child);
    if (found.length > 0) return found;
  }
  return [];
}

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
