import { invalidInput } from '../errors';
import type { Attribute } from './exec-or-throw';

const TOKEN = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;
/** Whether a line can hold it as it is. The rest goes into literals, with a charset. */
// eslint-disable-next-line no-control-regex -- what ASCII is
export const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/**
 * SEARCH keys (RFC 9051 section 6.4.4) written by a user, as one group, so that they combine correctly with other
 * criteria. They are sent unchanged, except that non-ASCII text becomes literals, as IMAP requires.
 *
 * @throws {MailError} INVALID_INPUT if they would break out of the group or the line
 */
export function rawSearchKeys(raw: string): Attribute[] {
  const gmail = gmailSearch(raw);
  if (gmail !== undefined) return [{ type: 'TEXT', value: 'X-GM-RAW' }, asText(quoted(gmail), gmail)];

  const groups: Attribute[][] = [[]];
  TOKEN.lastIndex = 0;
  const text = raw.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [, parenthesis, quoted, word] = TOKEN.exec(text) ?? [];
    if (parenthesis === '(') {
      groups.push([]);
    } else if (parenthesis === ')') {
      const group = groups.pop();
      if (!group || groups.length === 0) throw malformed('a closing parenthesis has no opening one');
      groups.at(-1)?.push(asGroup(group));
    } else if (quoted !== undefined) {
      groups.at(-1)?.push(asText(`"${quoted}"`, quoted.replace(/\\(.)/g, '$1')));
    } else if (word !== undefined) {
      // At the end of a line, it announces a literal of that many bytes.
      if (word.includes('{')) throw malformed('it contains a curly bracket outside of quotation marks');
      groups.at(-1)?.push(asText(word, word));
    } else {
      throw malformed(`a quotation mark at ${at + 1} is not closed`);
    }
  }
  if (groups.length > 1) throw malformed('an opening parenthesis has no closing one');
  return asGroup(groups[0] ?? []);
}

/** A search in the language of Gmail's search box, if it begins with `gmail:`; undefined if it does not. */
export const gmailSearch = (raw: string): string | undefined =>
  /^gmail:/i.test(raw.trimStart()) ? raw.trim().slice('gmail:'.length).trim() : undefined;

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

// imapflow omits the space between groups if a group starts with another group.
const asGroup = (keys: Attribute[]): Attribute[] =>
  Array.isArray(keys[0]) ? [{ type: 'TEXT', value: 'ALL' }, ...keys] : keys;

const asText = (written: string, meant: string): Attribute =>
  isAscii(written) ? { type: 'TEXT', value: written } : { type: 'LITERAL', value: Buffer.from(meant) };

export const hasLiteral = (attributes: readonly Attribute[]): boolean =>
  attributes.some((one) => (Array.isArray(one) ? hasLiteral(one) : one.type === 'LITERAL'));

const malformed = (problem: string) => rawSearchError(problem);

export const rawSearchError = (problem: string) =>
  invalidInput(
    'Raw Search',
    problem,
    'Write SEARCH keys of IMAP (RFC 9051 section 6.4.4), such as: OR (FROM "ada") (SUBJECT "invoice") UNDRAFT',
  );
