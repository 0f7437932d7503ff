import { isUtf8 } from 'node:buffer';

import type { HeaderField } from '../model/outgoing';
import { decodeBytes } from './charset';
import { charsetOf } from './charset-label';
import { parseParameters } from './parameters';

const ASCII = /^[\t\x20-\x7e]*$/;
const ENCODED_WORD = /=\?([\w.:-]{1,60})\?[bq]\?/i;

/**
 * Makes the text of header fields valid UTF-8 (RFC 6532), still one character for each byte. Old programs write other
 * charsets without saying which (RFC 5322 section 2.2 forbids it). It is mostly the charset of the message's text or of
 * its encoded words. This is done before a field is parsed, because in some charsets the second byte of a letter looks
 * like a quotation mark, a backslash or an @.
 */
export function inUtf8(fields: HeaderField[]): HeaderField[] {
  let label: string | undefined;
  return fields.map(({ name, value }) => {
    if (ASCII.test(value)) return { name, value };
    const bytes = Buffer.from(value, 'latin1');
    if (isUtf8(bytes) && !value.includes('\x1b')) return { name, value };
    label ??= labelIn(fields);
    return { name, value: Buffer.from(decodeBytes(bytes, label)).toString('latin1') };
  });
}

/** The charset that the header names. Only one in which ASCII is ASCII can be that of a header. */
function labelIn(fields: readonly HeaderField[]): string {
  const types = fields.filter(({ name }) => /^content-type$/i.test(name));
  const words = fields.map(({ value }) => ENCODED_WORD.exec(value)?.[1]);
  const named = [...types.map(({ value }) => parseParameters(value).parameters.charset), ...words];
  return named.find((one = '') => isAsciiBased(one)) ?? '';
}

function isAsciiBased(label: string): boolean {
  const charset = charsetOf(label);
  return charset?.kind === 'table' && !charset.name.startsWith('utf');
}
