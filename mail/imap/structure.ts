import type { FetchMessageObject, MessageStructureObject } from 'imapflow';

import { isMessage, leaves, partNumber, type BodyPart } from '../mime/body-part';
import { fileNameOf } from '../mime/classify';
import { rawFields } from '../mime/header';
import { MOST_PARTS } from '../mime/mime-walker';
import { saysEncoded } from '../mime/multipart-decoder';
import { writtenType, partFromFields } from '../mime/part-header';

/** How a message is taken apart. */
export interface Structure {
  structure?: BodyPart;
  /**
   * What of the server's BODYSTRUCTURE is not to be relied on, since servers read it each in their way: names of parts,
   * for which their own headers have to be asked; or all of it, so that the message itself has to be read.
   */
  doubt: 'none' | 'all' | { headersOf: string[] };
}

/** What a server cannot have misread, so that IMAP and POP3 see the same structure. */
export function structureOf({ headers, bodyStructure }: FetchMessageObject): Structure {
  const fields = headers && headers.length > 0 ? rawFields(headers) : undefined;
  // imapflow gives up on one that is too deep.
  if (!bodyStructure) return { doubt: 'all' };
  // A server that does not give the header's fields has to be believed.
  const root = fields && partFromFields(fields);
  // Readers differ in what a type is that cannot be used as it is written.
  const written = fields && writtenType(fields);
  if (written && written !== root?.type) return { doubt: 'all' };
  const isMultipart = bodyStructure.type.startsWith('multipart/');
  if (root && !root.type.startsWith('multipart/')) {
    const isLeaf = !isMultipart && (isMessage(root) || !bodyStructure.childNodes?.length);
    return isLeaf ? { structure: { ...root, size: bodyStructure.size }, doubt: 'none' } : { doubt: 'all' };
  }
  if (!isMultipart) return { doubt: root ? 'all' : 'none', structure: root ? undefined : bodyStructure };
  if (root && (saysEncoded(root.encoding) || differs(root, bodyStructure))) return { doubt: 'all' };
  const parts = [...leaves(bodyStructure)];
  const texts = parts.filter(({ type }) => type.startsWith('text/'));
  const isExcessive = parts.length > MOST_PARTS || texts.length > MOST_TEXTS || isDeep(bodyStructure);
  if (isExcessive || isVoid(bodyStructure)) return { doubt: 'all' };
  const doubtful = parts.filter(isDoubtful).map(partNumber);
  return { structure: bodyStructure, doubt: doubtful.length > 0 ? { headersOf: doubtful } : 'none' };
}

/** Whether the server has read another boundary than we do, where it says which. */
const differs = (root: BodyPart, { parameters }: MessageStructureObject): boolean =>
  parameters?.boundary !== undefined &&
  parameters.boundary.trim().toLowerCase() !== root.parameters?.boundary?.trim().toLowerCase();

/** A multipart in which the server has found nothing: it may have no boundary, or be encoded. */
function isVoid(node: BodyPart): boolean {
  if (isMessage(node) || !node.type.startsWith('multipart/')) return false;
  const { childNodes = [] } = node;
  const [first] = childNodes;
  const isEmptyText = childNodes.length === 1 && first?.type === 'text/plain' && !first.size;
  return childNodes.length === 0 || isEmptyText || childNodes.some(isVoid);
}

/** More texts do not fit the line of a command. */
const MOST_TEXTS = 50;
const DEEPEST = 20;

/** Servers look at so many multiparts within each other, and each at another number of them. */
const isDeep = ({ childNodes = [] }: BodyPart, depth = 0): boolean =>
  depth > DEEPEST || childNodes.some((child) => isDeep(child, depth + 1));

const MEDIA_TYPE =
  /^(text|image|audio|video|application|message|multipart|model|font|chemical)\/[\w!#$&^.+-]+$/;
const ENCODINGS = new Set(['', '7bit', '8bit', 'binary', 'base64', 'quoted-printable']);
/** Written in ASCII, with an extension, and with nothing in it that is written in several ways. */
const ORDINARY_NAME = /^[\w !#$&+,.;@~()[\]{}-]+\.\w{1,10}$/;
/** Parts that often have no name: what reads them does so by their type. */
const NAMELESS = /^(text|message|multipart|image)\//;

/** A type or an encoding that is none, and a name that may have been cut off, lost, or decoded in another way than ours. */
function isDoubtful(leaf: BodyPart): boolean {
  if (!MEDIA_TYPE.test(leaf.type) || !ENCODINGS.has(leaf.encoding ?? '')) return true;
  // What is said to be an empty text may be a multipart that the server could not take apart.
  if (leaf.type === 'text/plain' && !leaf.size) return true;
  const name = fileNameOf(leaf);
  if (name !== undefined) return !ORDINARY_NAME.test(name);
  return !NAMELESS.test(leaf.type) || (leaf.disposition === 'attachment' && !isMessage(leaf));
}

/** The structure with these parts as their own headers describe them. */
export function corrected(node: BodyPart, headers: ReadonlyMap<string, BodyPart>): BodyPart {
  const better = headers.get(partNumber(node));
  if (node.childNodes?.length && !isMessage(node)) {
    return { ...node, childNodes: node.childNodes.map((child) => corrected(child, headers)) };
  }
  if (!better) return node;
  return { ...better, part: node.part, size: node.size, childNodes: node.childNodes };
}
