import { createHash } from 'node:crypto';

import type { Address } from 'postal-mime';

import { textOf } from '../exchange/item-text';
import { isInline, type StoredItem } from '../exchange/mailbox';
import { bodyOf } from './body';
import type { Json } from './call';
import { folderIdOf, messageIdOf } from './ids';

/** How a request wants messages to be shown. */
export interface View {
  immutable: boolean;
  prefersText: boolean;
  bodies: 'stored' | 'html';
}

export const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

const flat = (list: readonly Address[] | undefined): Address[] =>
  (list ?? []).flatMap((one) => ('group' in one && one.group ? one.group : [one])) as Address[];

const recipient = ({ name = '', address = '' }: Partial<Address>): Json => ({
  emailAddress: { name: name || address, address },
});

const recipients = (list: readonly Address[] | undefined): Json[] => flat(list).map(recipient);

const sentAt = ({ parsed, receivedAt }: StoredItem): Date => {
  const date = new Date(parsed.date ?? '');
  return Number.isNaN(date.getTime()) ? receivedAt : date;
};

/** All messages of one conversation refer to its first. */
const conversation = ({ parsed, immutableId }: StoredItem): Buffer => {
  const first = /<[^>]+>/.exec(parsed.references ?? parsed.inReplyTo ?? parsed.messageId ?? '')?.[0];
  return createHash('sha256')
    .update(first ?? immutableId)
    .digest();
};

const header = ({ parsed }: StoredItem, name: string): string | undefined =>
  parsed.headers.find(({ key }) => key === name)?.value;

function importance(item: StoredItem): string {
  const known = header(item, 'importance')?.toLowerCase() ?? '';
  return ['high', 'low'].includes(known) ? known : 'normal';
}

/** The properties of a message, those first that are answered where none are selected. */
export const FIELDS: Readonly<Record<string, (item: StoredItem, view: View) => unknown>> = {
  id: (item, { immutable }) => messageIdOf(item, immutable),
  createdDateTime: ({ receivedAt }) => iso(receivedAt),
  lastModifiedDateTime: ({ receivedAt }) => iso(receivedAt),
  changeKey: ({ changeKey }) => changeKey,
  categories: ({ categories }) => categories,
  receivedDateTime: ({ receivedAt }) => iso(receivedAt),
  sentDateTime: (item) => iso(sentAt(item)),
  hasAttachments: ({ parsed, links }) => links.length > 0 || parsed.attachments.some((one) => !isInline(one)),
  internetMessageId: ({ parsed }) => parsed.messageId ?? null,
  subject: ({ parsed }) => parsed.subject ?? '',
  bodyPreview: (item) => textOf(item).replace(/\s+/g, ' ').trim().slice(0, 255),
  importance,
  parentFolderId: ({ folderId }) => folderIdOf({ id: folderId }),
  conversationId: (item) => conversation(item).toString('base64url'),
  conversationIndex: (item) => conversation(item).subarray(0, 22).toString('base64'),
  isDeliveryReceiptRequested: (item) => header(item, 'return-receipt-to') !== undefined,
  isReadReceiptRequested: (item) => header(item, 'disposition-notification-to') !== undefined,
  isRead: ({ isRead }) => isRead,
  isDraft: ({ isDraft }) => isDraft,
  webLink: (item) => `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(item.id)}`,
  inferenceClassification: () => 'focused',
  body: (item, view) => bodyOf(item, view),
  sender: ({ parsed }) => {
    const sender = parsed.sender ?? parsed.from;
    return sender ? recipient(sender) : null;
  },
  from: ({ parsed }) => (parsed.from ? recipient(parsed.from) : null),
  toRecipients: ({ parsed }) => recipients(parsed.to),
  ccRecipients: ({ parsed }) => recipients(parsed.cc),
  bccRecipients: ({ parsed }) => recipients(parsed.bcc),
  replyTo: ({ parsed }) => recipients(parsed.replyTo),
  flag: ({ isFlagged }) => ({ flagStatus: isFlagged ? 'flagged' : 'notFlagged' }),
};

/** Answered only where they are selected. */
const ON_REQUEST: typeof FIELDS = {
  internetMessageHeaders: ({ parsed }) =>
    parsed.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
  uniqueBody: (item, view) => bodyOf(item, view),
};

/** A message with the properties that are asked for, and its id in any case. */
export function renderMessage(item: StoredItem, view: View, select: readonly string[] | undefined): Json {
  const names = select ? ['id', ...select] : Object.keys(FIELDS);
  const known = names.flatMap((name) => {
    const field = FIELDS[name] ?? ON_REQUEST[name];
    return field ? [[name, field(item, view)] as const] : [];
  });
  return { '@odata.etag': `W/"${item.changeKey}"`, ...Object.fromEntries(known) };
}
