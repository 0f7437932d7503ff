import type { FetchMessageObject, MessageStructureObject } from 'imapflow';

import { isMessage, leaves, partNumber, type BodyPart } from '../mime/body-part';
import { fileNameOf } from '../mime/classify';
import { valuesOf, type RawField } from '../mime/header';
import { MOST_PARTS } from '../mime/mime-walker';
import { saysEncoded } from '../mime/multipart-decoder';
import { writtenType, partFromFields } from '../mime/part-header';

/** The MIME structure of a message. */
export interface Structure {
  structure?: BodyPart;
  /**
   * Which parts of the server's BODYSTRUCTURE are unreliable, because servers parse mail differently. `headersOf`: the
   * listed parts' own headers must be read. `all`: the whole message must be read.
   */
  doubt: 'none' | 'all' | { headersOf: string[] };
}

/**
 * Accepts only what a server cannot have misread, so that IMAP and POP3 give the same structure.
 *
 * @param fields the fields of the message's header; undefined if the server does not return them
 */
export function structureOf(
  { bodyStructure }: FetchMessageObject,
  fields: readonly RawField[] | undefined,
): Structure {
  // imapflow returns nothing for a structure that is nested too deeply.
  if (!bodyStructure) return { doubt: 'all' };
  // If a server does not return the header fields, its BODYSTRUCTURE is used.
  const root = fields && partFromFields(fields);
  // Parsers disagree about how to treat an invalid type.
  const written = fields && writtenType(fields);
  if (written && written !== root?.type) return { doubt: 'all' };
  const isMultipart = bodyStructure.type.startsWith('multipart/');
  if (root && !root.type.startsWith('multipart/')) {
    const isLeaf = !isMultipart && (isMessage(root) || !bodyStructure.childNodes?.length);
    // Servers look for the body behind the first empty line, and that line may be missing.
    const isEmpty = !bodyStructure.size;
    return isLeaf && !isEmpty
      ? { structure: { ...root, size: bodyStructure.size }, doubt: 'none' }
      : { doubt: 'all' };
  }
  if (!isMultipart) return { doubt: root ? 'all' : 'none', structure: root ? undefined : bodyStructure };
  if (root && (saysEncoded(root.encoding) || differs(root, bodyStructure))) return { doubt: 'all' };
  // The header of the first part, if the empty line before it is missing.
  if (fields && valuesOf(fields, 'content-type').length > 1) return { doubt: 'all' };
  const parts = [...leaves(bodyStructure)];
  const texts = parts.filter(({ type }) => type.startsWith('text/'));
  const isExcessive = parts.length > MOST_PARTS || texts.length > MOST_TEXTS || isDeep(bodyStructure);
  if (isExcessive || isVoid(bodyStructure)) return { doubt: 'all' };
  const doubtful = parts.filter(isDoubtful).map(partNumber);
  return { structure: bodyStructure, doubt: doubtful.length > 0 ? { headersOf: doubtful } : 'none' };
}

/** Whether the server parsed a different boundary than we did, if it reports one. */
const differs = (root: BodyPart, { parameters }: MessageStructureObject): boolean =>
  parameters?.boundary !== undefined &&
  parameters.boundary.trim().toLowerCase() !== root.parameters?.boundary?.trim().toLowerCase();

/** A multipart in which the server found no parts: the boundary may be missing, or the multipart may be encoded. */
function isVoid(node: BodyPart): boolean {
  if (isMessage(node) || !node.type.startsWith('multipart/')) return false;
  const { childNodes = [] } = node;
  const [first] = childNodes;
  const isEmptyText = childNodes.length === 1 && first?.type === 'text/plain' && !first.size;
  return childNodes.length === 0 || isEmptyText || childNodes.some(isVoid);
}

/** More would not fit into one command line. */
const MOST_TEXTS = 50;
const DEEPEST = 20;

/** Servers stop at some depth of nested multiparts, each at a different one. */
const isDeep = ({ childNodes = [] }: BodyPart, depth = 0): boolean =>
  depth > DEEPEST || childNodes.some((child) => isDeep(child, depth + 1));

const MEDIA_TYPE =
  /^(text|image|audio|video|application|message|multipart|model|font|chemical)\/[\w!#$&^.+-]+$/;
const ENCODINGS = new Set(['', '7bit', '8bit', 'binary', 'base64', 'quoted-printable']);
/** ASCII, with an extension, and without characters that can be written in several ways. */
const ORDINARY_NAME = /^[\w !#$&+,.;@~()[\]{}-]+\.\w{1,10}$/;
/** Types that often have no file name. Their readers go by the type instead. */
const NAMELESS = /^(text|message|multipart|image)\//;

/**
 * An invalid type or encoding, an unknown disposition, or a name that the server may have cut off, lost, or decoded
 * differently.
 */
function isDoubtful(leaf: BodyPart): boolean {
  if (!MEDIA_TYPE.test(leaf.type) || !ENCODINGS.has(leaf.encoding ?? '')) return true;
  if (!/^(?:inline|attachment)?$/.test(leaf.disposition ?? '')) return true;
  // A supposedly empty text may be a multipart that the server could not parse.
  if (leaf.type === 'text/plain' && !leaf.size) return true;
  const name = fileNameOf(leaf);
  if (name !== undefined) return !ORDINARY_NAME.test(name);
  return !NAMELESS.test(leaf.type) || (leaf.disposition === 'attachment' && !isMessage(leaf));
}

/** The structure, with these parts as their own headers describe them. */
export function corrected(node: BodyPart, headers: ReadonlyMap<string, BodyPart>): BodyPart {
  const better = headers.get(partNumber(node));
  if (node.childNodes?.length && !isMessage(node)) {
    return { ...node, childNodes: node.childNodes.map((child) => corrected(child, headers)) };
  }
  if (!better) return node;
  return { ...better, part: node.part, size: node.size, childNodes: node.childNodes };
}
