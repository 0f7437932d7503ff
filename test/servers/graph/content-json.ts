import type { StoredItem } from '../exchange/mailbox';
import type { Call, Json } from './call';
import { contentOf, type Content, type Part, type Person } from '../exchange/compose';
import { badRequest, GraphError } from './errors';

interface Recipient {
  emailAddress?: { name?: string; address?: string };
}

interface AttachmentJson {
  '@odata.type'?: string;
  name?: string;
  contentType?: string;
  contentBytes?: string;
  contentId?: string;
  isInline?: boolean;
}

const person = ({ emailAddress }: Recipient): Person => ({
  name: emailAddress?.name ?? '',
  address: emailAddress?.address ?? '',
});

const people = (list: unknown): Person[] => ((list ?? []) as Recipient[]).map(person);

/** The properties of a message that Graph takes; the others are Exchange's own. */
const CONTENT = [
  ...['subject', 'body', 'from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo'],
  ...['importance', 'internetMessageId', 'isDeliveryReceiptRequested', 'isReadReceiptRequested'],
];
const STATE = ['isRead', 'flag', 'categories', 'singleValueExtendedProperties', 'inferenceClassification'];
const ONLY_NEW = ['internetMessageHeaders', 'attachments'];

/** A new message's content. */
export function contentFrom(call: Call, json: Json): Content {
  noteUnsettable(call, json, [...CONTENT, ...STATE, ...ONLY_NEW]);
  const from = json.from ? undefined : { name: '', address: call.mailbox.address };
  const empty: Content = {
    ...{ subject: '', from, to: [], cc: [], bcc: [], replyTo: [], text: '', headers: [], parts: [] },
    date: new Date(Math.floor(Date.now() / 1000) * 1000),
  };
  const content = changed(empty, json);
  return withParts(content, json);
}

/** With the headers and the files that only a new message has. */
export const withParts = (content: Content, json: Json): Content => ({
  ...content,
  headers: [...content.headers, ...headersIn(json.internetMessageHeaders)],
  parts: [...content.parts, ...((json.attachments ?? []) as AttachmentJson[]).map((one) => partFrom(one))],
});

/** A message's content after a change; undefined where its content stays. */
export function changeContent(call: Call, item: StoredItem, json: Json): Content | undefined {
  noteUnsettable(call, json, [...CONTENT, ...STATE]);
  const names = CONTENT.filter((name) => name in json);
  if (names.length === 0) return undefined;
  // How important it is may be changed of every message (learn.microsoft.com/graph/api/message-update).
  if (item.isDraft || names.every((name) => name === 'importance'))
    return changed(contentOf(item.parsed), json);
  const message = `Update operation is invalid for property of a sent message: ${names.join(', ')}.`;
  throw badRequest(message, 'ErrorInvalidPropertyUpdateSentMessage');
}

function noteUnsettable({ world }: Call, json: Json, settable: readonly string[]): void {
  for (const name of Object.keys(json)) {
    if (!settable.includes(name) && !name.includes('@')) world.note(`${name} cannot be set in a message.`);
  }
}

/** A content with what a message in JSON says. */
export function changed(content: Content, json: Json): Content {
  const given = <T>(name: string, read: (value: never) => Partial<T>): Partial<T> =>
    json[name] === undefined || json[name] === null ? {} : read(json[name] as never);
  return {
    ...content,
    ...given<Content>('subject', (subject: string) => ({ subject })),
    ...given<Content>(
      'body',
      ({ contentType, content: text = '' }: { contentType?: string; content?: string }) =>
        contentType === 'html' ? { html: text, text: undefined } : { text, html: undefined },
    ),
    ...given<Content>('from', (from: Recipient) => ({ from: person(from) })),
    ...given<Content>('sender', (sender: Recipient) => ({ sender: person(sender) })),
    ...given<Content>('toRecipients', (list) => ({ to: people(list) })),
    ...given<Content>('ccRecipients', (list) => ({ cc: people(list) })),
    ...given<Content>('bccRecipients', (list) => ({ bcc: people(list) })),
    ...given<Content>('replyTo', (list) => ({ replyTo: people(list) })),
    ...given<Content>('internetMessageId', (messageId: string) => ({ messageId })),
    headers: [
      ...content.headers.filter(({ key }) => !('importance' in json && key.toLowerCase() === 'importance')),
      ...(json.importance && json.importance !== 'normal'
        ? [{ key: 'Importance', value: String(json.importance) }]
        : []),
      // What Exchange writes for PidTagReadReceiptRequested ([MS-OXCMAIL]).
      ...(json.isReadReceiptRequested === true
        ? [
            {
              key: 'Disposition-Notification-To',
              value: `<${(json.from ? person(json.from as Recipient) : content.from)?.address ?? ''}>`,
            },
          ]
        : []),
    ],
  };
}

/** Only headers of one's own, and few (learn.microsoft.com/graph/api/resources/internetmessageheader). */
function headersIn(list: unknown): Content['headers'] {
  const headers = (list ?? []) as Array<{ name?: string; value?: string }>;
  // Nor none, if there is a list (github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2208).
  if (headers.length > 5 || (list && headers.length === 0)) {
    throw badRequest(
      'The number of internet message headers has to be from 1 to 5.',
      'InvalidInternetMessageHeaderCollection',
    );
  }
  return headers.map(({ name = '', value = '' }) => {
    if (/^x-/i.test(name)) return { key: name, value };
    const message = `The internet message header name '${name}' should start with 'x-' or 'X-'.`;
    throw badRequest(message, 'InvalidInternetMessageHeader');
  });
}

export const MAX_POSTED = 3 * 1024 * 1024;

/** An attachment that is given whole. */
export function partFrom(json: AttachmentJson): Part {
  if (json['@odata.type'] !== '#microsoft.graph.fileAttachment') {
    throw badRequest('Only files can be attached here.', 'ErrorInvalidRequest');
  }
  const content = Buffer.from(json.contentBytes ?? '', 'base64');
  if (content.toString('base64') !== json.contentBytes) {
    throw badRequest('Cannot convert the literal to the expected type Edm.Binary.');
  }
  if (content.length >= MAX_POSTED) {
    throw new GraphError(413, 'ErrorAttachmentSizeLimitExceeded', 'The attachment is too large; upload it.');
  }
  return {
    name: json.name ?? '',
    contentType: json.contentType ?? 'application/octet-stream',
    isInline: json.isInline ?? false,
    contentId: json.contentId?.replace(/^<|>$/g, ''),
    content,
  };
}
