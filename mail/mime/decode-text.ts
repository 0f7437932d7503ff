import { isUtf8 } from 'node:buffer';

import type { BodyPart } from './body-part';
import { decodeBytes } from './charset';
import { enrichedText } from './enriched';
import { unflow } from './flowed';
import { decodeTransfer, encodingName } from './transfer-decoder';

/**
 * How many bytes of a page to search for its charset
 * (https://html.spec.whatwg.org/#determining-the-character-encoding).
 */
const META_WITHIN = 4096;

/**
 * The text of a body part, with LF line ends. HTML is returned as it is.
 *
 * @param stored the encoded bytes, without the MIME header
 */
export function decodeText(part: BodyPart, stored: Buffer): string {
  const { parameters = {} } = part;
  const bytes = isMislabelled(part, stored) ? stored : decodeTransfer(stored, part.encoding);
  const text = withLf(decodeBytes(bytes, charsetOf(part, bytes)).replace(/^\ufeff/, ''));
  if (part.type === 'text/enriched' || part.type === 'text/richtext')
    return enrichedText(text, part.type === 'text/enriched' ? 'enriched' : 'richtext');
  const isFlowed = part.type === 'text/plain' && saysYes(parameters.format, 'flowed');
  return isFlowed ? unflow(text, saysYes(parameters.delsp, 'yes')) : text;
}

/** Parameter values are case-insensitive (RFC 3676 section 4). */
const saysYes = (value: string | undefined, yes: string): boolean => value?.trim().toLowerCase() === yes;

/** Each run of CRs is looked at once. Some programs write several before a line feed. */
function withLf(text: string): string {
  // Nearly always there is nothing else, and this is much faster.
  const usual = text.replace(/\r\n/g, '\n');
  return usual.includes('\r')
    ? text.replace(/\r+\n?/g, (end) => (end.endsWith('\n') ? '\n' : '\n'.repeat(end.length)))
    : usual;
}

/** Whether a text is labelled base64, but its first line shows that it is plain text. */
function isMislabelled({ encoding = '' }: BodyPart, stored: Buffer): boolean {
  if (encodingName(encoding) !== 'base64') return false;
  const [first = ''] = stored.toString('latin1', 0, 2000).trimStart().split('\n', 1);
  const line = first.trim();
  const foreign = line.replace(/[A-Za-z0-9+/=]+/g, '');
  if (/\s/.test(line)) return foreign.trim() !== '' || !isText(Buffer.from(line, 'base64'));
  return foreign.length * 4 > line.length;
}

/** Words that are read as base64 give control characters or no characters at all. The last one may be cut off. */
const isText = (bytes: Buffer): boolean =>
  [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut))) &&
  bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));

/** The part's own charset label. If it has none that can be right, the page's. */
function charsetOf({ type, parameters = {} }: BodyPart, bytes: Buffer): string | undefined {
  const { charset } = parameters;
  if (type !== 'text/html') return charset;
  const isWrong = /^utf-?8$/i.test(charset ?? '') && !isMostlyUtf8(bytes);
  if (charset && !isWrong && !/^(us-)?ascii$/i.test(charset)) return charset;
  const head = bytes.toString('latin1', 0, META_WITHIN);
  return META.exec(head)?.[1] ?? XML.exec(head)?.[1] ?? charset;
}

/** A page may be cut off within a letter, or have a damaged one. */
function isMostlyUtf8(bytes: Buffer): boolean {
  if (isUtf8(bytes)) return true;
  let [damaged, whole] = [0, 0];
  for (const letter of bytes.toString('utf8')) {
    if (letter === '\ufffd') damaged += 1;
    else if (letter > '\x7f') whole += 1;
  }
  return damaged < whole;
}

const META = /<meta\b[^>]{0,300}?\bcharset\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{1,60})/i;
/** The declaration of XHTML. */
const XML = /^\s{0,99}<\?xml\b[^>]{0,200}?\bencoding\s{0,5}=\s{0,5}["']([\w.:-]{1,60})/i;
