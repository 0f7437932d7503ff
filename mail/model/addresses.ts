import { domainToASCII } from 'node:url';

import addressparser from 'nodemailer/lib/addressparser';

import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';
import type { Address } from './message';

/** A dot-atom or a quoted string, with letters beyond ASCII (RFC 5322 section 3.4.1, RFC 6531 section 3.3). */
const LOCAL_PART =
  /^(?:[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+)*|"(?:[^"\\]|\\.)*")$/;
const DOT_AT_AN_END = /^\.?[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*\.?$/;
const DOMAIN = /^[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*$/u;
const ADDRESS_LITERAL = /^\[[\w.:-]+\]$/;
const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Parses a list of mailboxes as people write it: `Ada <ada@example.com>, bob@example.com`. Domains are returned in the
 * form for DNS (RFC 5890).
 *
 * @throws {MailError} INVALID_INPUT naming the field, if any part is not understood: a recipient that is silently left
 * out is worse than an error
 */
export function parseAddresses(field: string, list: string | undefined): Address[] {
  const text = assertSingleLine(field, list ?? '').trim();
  if (!text) return [];
  const dense = text.replace(/\s/g, '');
  const parsed = addressparser(text, { flatten: true }).map(({ name = '', address = '' }) => {
    // The parser extracts what looks like an address and puts the rest into the name, as for `bob@example .com`.
    const understood = address && (!name || dense.includes(`<${address.replace(/\s/g, '')}>`));
    if (!understood) throw malformed(field, `${name} ${address}`.trim());
    return { name, address: normalize(field, address, text) };
  });
  // Catches `Ada <ada@example.com> Bob <bob@example.com>`, in which a comma is missing.
  const marks = withoutQuoted(text).split('@').length - 1;
  if (marks !== parsed.length) throw malformed(field, text);
  return parsed;
}

/** Whether a message can be sent to an address as another message names it, such as `<MAILER-DAEMON>`. */
export function isMailable(address: string): boolean {
  try {
    return parseAddresses('To', address).length === 1;
  } catch {
    return false;
  }
}

/** Removes quoted strings. One pass, whatever the input. */
function withoutQuoted(text: string): string {
  let plain = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === '"') quoted = !quoted;
    else if (quoted && letter === '\\') i += 1;
    else if (!quoted) plain += letter;
  }
  return plain;
}

/** Whether the address requires a server with SMTPUTF8 (RFC 6531). */
export const needsUtf8 = (address: string): boolean => BEYOND_ASCII.test(address);

function normalize(field: string, address: string, text: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const localPart = quoted(address.slice(0, at), text);
  const ascii = ADDRESS_LITERAL.test(domain) ? domain : DOMAIN.test(domain) ? domainToASCII(domain) : '';
  if (at < 1 || !LOCAL_PART.test(localPart) || !ascii) throw malformed(field, address);
  // After a non-ASCII local part, the domain stays as written (RFC 6531 section 3.2).
  return `${localPart}@${needsUtf8(localPart) ? domain : ascii}`;
}

/**
 * Adds the quotes that a local part needs (RFC 5321 section 4.1.2). The parser removes them if there is no space
 * inside, and people omit them for addresses that start or end with a dot, which some providers have issued.
 */
function quoted(localPart: string, text: string): string {
  if (!localPart || LOCAL_PART.test(localPart)) return localPart;
  const withQuotes = `"${localPart}"`;
  return text.includes(`${withQuotes}@`) || DOT_AT_AN_END.test(localPart) ? withQuotes : localPart;
}

const malformed = (field: string, text: string) =>
  invalidInput(
    field,
    `"${text.slice(0, 200)}" is not an email address`,
    'Write addresses as ada@example.com or Ada Lovelace <ada@example.com>, and separate several by commas. A name with special characters goes in quotes.',
  );

/**
 * RFC 5322 section 3.4: a display name with special characters is quoted. Entries without an address, which Exchange
 * may return, are left out: no header field allows a name alone.
 */
export const formatAddresses = (addresses: readonly Address[]): string =>
  addresses
    .filter(({ address }) => address !== '')
    .map(({ name, address }) =>
      name ? `${/[^\w\s'À-￿-]/.test(name) ? JSON.stringify(name) : name} <${address}>` : address,
    )
    .join(', ');
