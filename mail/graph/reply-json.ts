import { tooLong } from '../net/body';
import { wholeCharacters } from '../text';

/** More than any real reply has, and what fits into memory. */
const MOST_VALUES = 1_000_000;

const LISTS = new Set([
  ...['replyTo', 'toRecipients', 'ccRecipients', 'bccRecipients', 'attachments', 'responses'],
  ...['internetMessageHeaders', 'singleValueExtendedProperties'],
]);
const LISTS_OF_TEXTS = new Set(['categories', 'nextExpectedRanges']);
const OBJECTS = new Set(['from', 'sender', 'flag', 'emailAddress', 'headers', 'error']);
const NUMBERS = new Set([
  ...['size', 'status', 'childFolderCount', 'totalItemCount', 'unreadItemCount', '@odata.count'],
]);
const TEXTS = new Set([
  ...['id', 'code', 'subject', 'name', 'address', 'contentType', 'content', 'contentId', 'parentFolderId'],
  ...['displayName', 'internetMessageId', 'sentDateTime', 'receivedDateTime', 'flagStatus', 'uploadUrl'],
  ...['@odata.type', '@odata.nextLink', '@odata.deltaLink'],
]);

/**
 * Parses a reply from Graph. Every property that is used has its documented type afterwards. Properties that are null
 * or of another type are removed, just as Graph omits properties that a resource does not have.
 *
 * @throws {SyntaxError}
 * @throws `tooLong()` if it has too many values
 */
export function parseReply(json: string): unknown {
  assertFew(json);
  return JSON.parse(json, (key, value: unknown) => {
    const found = checked(key, value);
    return isText(found) ? wholeCharacters(found) : found;
  });
}

/** Counts what separates values, outside of texts. One pass, whatever the input. */
function assertFew(json: string): void {
  let left = MOST_VALUES;
  for (let at = 0; at < json.length; at++) {
    const letter = json.charCodeAt(at);
    if (letter === QUOTE) at = endOfText(json, at + 1);
    else if ((letter === COMMA || letter === BRACKET || letter === BRACE) && --left < 0) throw tooLong();
  }
}

function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH && end - 1 - backslashes >= start)
      backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}

const [QUOTE, COMMA, BRACKET, BRACE, BACKSLASH] = [0x22, 0x2c, 0x5b, 0x7b, 0x5c];

function checked(key: string, value: unknown): unknown {
  if (value === null) return undefined;
  if (LISTS.has(key)) return Array.isArray(value) ? value.filter(isObject) : undefined;
  if (LISTS_OF_TEXTS.has(key)) return Array.isArray(value) ? value.filter(isText) : undefined;
  // In a page it is a list, in an extended property a text.
  if (key === 'value')
    return Array.isArray(value) ? value.filter(isObject) : isText(value) ? value : undefined;
  if (OBJECTS.has(key)) return isObject(value) ? value : undefined;
  if (NUMBERS.has(key)) return Number.isFinite(value) ? value : undefined;
  if (TEXTS.has(key)) return isText(value) ? value : undefined;
  return value;
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
