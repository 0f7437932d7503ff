import { isUtf8 } from 'node:buffer';

import { parseHeaderValue } from 'nodemailer/lib/mime-funcs';
import { decodeWords } from 'postal-mime';

import type { BodyPart } from './body-part';

/** What the MIME fields of a header say (RFC 2045 sections 5 to 7, RFC 2183). */
export function partFromHeader(header: Buffer): BodyPart {
  const fields = fieldsOf(header);
  const type = parsed(fields.get('content-type') ?? 'text/plain');
  const disposition = parsed(fields.get('content-disposition') ?? '');
  const id = fields.get('content-id')?.trim();
  return {
    type: /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type.value) ? type.value : 'text/plain',
    parameters: type.params,
    encoding: (fields.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase(),
    ...(disposition.value && { disposition: disposition.value, dispositionParameters: disposition.params }),
    ...(id && { id }),
  };
}

/** The fields by their names in lower case, unfolded; the first of a name counts. */
function fieldsOf(header: Buffer): Map<string, string> {
  const text = isUtf8(header) ? header.toString('utf8') : header.toString('latin1');
  const fields = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Parameters may be split and encoded (RFC 2231), or encoded as they should not be (RFC 2047). */
function parsed(text: string): { value: string; params: Record<string, string> } {
  const { value, params } = parseHeaderValue(text) as {
    value: string | false;
    params: Record<string, string>;
  };
  return {
    value: String(value || '')
      .trim()
      .toLowerCase(),
    params: Object.fromEntries(
      Object.entries(params).map(([name, one]) => [name.toLowerCase(), decodeWords(String(one))]),
    ),
  };
}
