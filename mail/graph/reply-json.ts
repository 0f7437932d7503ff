const LISTS = new Set([
  ...['replyTo', 'toRecipients', 'ccRecipients', 'bccRecipients', 'attachments', 'responses'],
  ...['internetMessageHeaders', 'singleValueExtendedProperties'],
]);
const LISTS_OF_TEXTS = new Set(['categories', 'nextExpectedRanges']);
const OBJECTS = new Set(['from', 'sender', 'flag', 'emailAddress', 'headers', 'error']);
const NUMBERS = new Set([...['size', 'status', 'childFolderCount', 'totalItemCount', 'unreadItemCount']]);
const TEXTS = new Set([
  ...['id', 'code', 'subject', 'name', 'address', 'contentType', 'content', 'contentId', 'parentFolderId'],
  ...['displayName', 'internetMessageId', 'sentDateTime', 'receivedDateTime', 'flagStatus', 'uploadUrl'],
  ...['@odata.type', '@odata.nextLink'],
]);

/**
 * Parses a reply from Graph. Every property that is used has its documented type afterwards. Properties that are null
 * or of another type are removed, just as Graph omits properties that a resource does not have.
 *
 * @throws {SyntaxError}
 */
export const parseReply = (json: string): unknown =>
  JSON.parse(json, (key, value: unknown) => checked(key, value));

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
