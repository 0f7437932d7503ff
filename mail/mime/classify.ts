import type { AttachmentInfo } from '../model/message';
import { isMessage, leaves, partNumber, type BodyPart } from './body-part';

/**
 * One piece of the message as shown to a reader, in the available forms: consecutive parts. A missing form is later
 * made from the other one. `html` may include plain text parts.
 */
export interface Segment {
  text: BodyPart[];
  html: BodyPart[];
}

/** The contents of a message. */
export interface Classified {
  /** In order; they are shown one after another (RFC 2046 section 5.1.3). */
  bodies: Segment[];
  /** All other parts, plus texts with a file name after the first text, which count as both. */
  files: BodyPart[];
}

/**
 * Decides which parts of a message are text and which are files. The only place for this, for every protocol that knows
 * the message structure. It needs each part's type, disposition, parameters, Content-ID and child parts.
 *
 * Only the disposition makes a text an attachment (RFC 2183 sections 2.1 and 2.10): a file name does not.
 */
export function classify(structure: BodyPart): Classified {
  const bodies = segmentsOf(structure);
  const shown = new Set(bodies.flatMap(partsOf));
  const first = new Set([bodies[0]?.text[0], bodies[0]?.html[0]]);
  const files = [...leaves(structure)].filter((leaf) => {
    if (leaf.type.startsWith('multipart/')) return false;
    if (!shown.has(leaf)) return !isNothing(leaf);
    return fileNameOf(leaf) !== undefined && !first.has(leaf);
  });
  return { bodies, files };
}

/** An empty text that nobody named: the message ends behind a boundary, or two boundaries follow each other. */
const isNothing = (leaf: BodyPart): boolean =>
  leaf.type === 'text/plain' &&
  leaf.size === 0 &&
  leaf.disposition === undefined &&
  fileNameOf(leaf) === undefined;

export const partsOf = ({ text, html }: Segment): BodyPart[] => [...text, ...html];

/** The files of a message, described from its structure. */
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

/** The disposition's file name takes precedence over the type's name (RFC 2183 section 2.3). */
export const fileNameOf = (node: BodyPart): string | undefined =>
  node.dispositionParameters?.filename || node.parameters?.name || undefined;

/** Text types that are files for programs, not text for people. */
const FOR_PROGRAMS =
  /^text\/(calendar|x-vcalendar|csv|tab-separated-values|x-amp-html|vcard|x-vcard|directory|rfc822-headers|css|javascript|xml|rtf)$/;

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
  // An unknown text type counts as text (RFC 2046 section 4.1.4), unless it is a file.
  return FOR_PROGRAMS.test(leaf.type) || fileNameOf(leaf) ? [] : [{ text: [leaf], html: [] }];
}

/**
 * Alternative forms: the first plain text, and the richest form, which is the last. Of plain texts alone, it is the last
 * as well (RFC 2046 section 5.1.4).
 */
function ofAlternatives(children: readonly BodyPart[]): Segment[] {
  const forms = children
    .filter((child) => !isNothing(child))
    .map(segmentsOf)
    .filter((segments) => segments.length > 0);
  const isRich = (segments: Segment[]) => segments.some(({ html }) => html.length > 0);
  const rich = forms.filter(isRich).at(-1);
  const others = forms.filter((segments) => !isRich(segments));
  const plain = (rich ? undefined : others.filter(isPlain).at(-1)) ?? others[0];
  if (!rich || !plain) return rich ?? plain ?? [];
  return [{ text: plain.flatMap(partsOf), html: rich.flatMap(richest) }];
}

/** A single plain text that is no file. */
const isPlain = (segments: Segment[]): boolean => {
  const [leaf, ...more] = segments.flatMap(partsOf);
  return more.length === 0 && leaf?.type === 'text/plain' && fileNameOf(leaf) === undefined;
};

const richest = ({ text, html }: Segment): BodyPart[] => (html.length > 0 ? html : text);

/**
 * What a multipart/related is about (RFC 2387 section 3.2): the part it names, or the first that has a text. The slides
 * of a multimedia message have one text each.
 */
function ofRelated(node: BodyPart, children: readonly BodyPart[]): Segment[] {
  const start = node.parameters?.start;
  const named = start && children.find(({ id }) => id?.replace(/^<|>$/g, '') === start.replace(/^<|>$/g, ''));
  const root = named || children[0];
  if (root?.type === 'application/smil') return children.flatMap(segmentsOf);
  if (named) return segmentsOf(named);
  for (const child of children) {
    const found = segmentsOf(child);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Whether a part is shown within the text: pictures, and parts without a name, such as the AMP version of a newsletter.
 * "Content-Disposition: inline" alone is not enough: Apple Mail sets it for every PDF.
 */
export function isShownWithin(leaf: BodyPart): boolean {
  const { type, disposition, id } = leaf;
  if (disposition === 'attachment') return false;
  if (type.startsWith('image/')) return disposition === 'inline' || id !== undefined;
  return (
    !fileNameOf(leaf) && (id !== undefined || type.startsWith('text/') || type === 'message/delivery-status')
  );
}
