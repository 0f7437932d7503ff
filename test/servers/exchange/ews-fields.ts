import { createHash } from 'node:crypto';

import type { Address, Attachment } from 'postal-mime';

import type { StoredItem } from './mailbox';
import { childrenOf, child, escaped, tag, value, type Element } from './xml';

const mailboxElement = ({ name = '', address = '' }: Partial<Address>): string =>
  tag('t:Mailbox', {}, [
    name && value('t:Name', name),
    value('t:EmailAddress', address),
    value('t:RoutingType', 'SMTP'),
  ]);

const addresses = (list: readonly Address[] | undefined): Address[] =>
  (list ?? []).flatMap((one) => ('group' in one && one.group ? one.group : [one])) as Address[];

const people = (name: string, list: readonly Address[] | undefined): string =>
  addresses(list).length > 0 ? tag(name, {}, addresses(list).map(mailboxElement)) : '';

const names = (list: readonly Address[] | undefined): string =>
  addresses(list)
    .map(({ name, address }) => name || address)
    .join('; ');

const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

export const isInline = ({ disposition, related, contentId }: Attachment): boolean =>
  disposition === 'inline' || (related === true && contentId !== undefined);

export const attachmentId = (item: StoredItem, index: number): string =>
  Buffer.from(`${item.immutableId.slice(0, 20)}:${index}`).toString('base64');

const bytesOf = ({ content }: Attachment): Buffer => Buffer.from(content as ArrayBuffer);

/** The description of an attachment, with its content where `full`. */
export function attachmentElement(item: StoredItem, index: number, full: boolean): string {
  const attachment = item.parsed.attachments[index]!;
  const bytes = bytesOf(attachment);
  const common = [
    tag('t:AttachmentId', { Id: attachmentId(item, index) }),
    value('t:Name', attachment.filename ?? ''),
    value('t:ContentType', attachment.mimeType),
    attachment.contentId && value('t:ContentId', attachment.contentId.replace(/^<|>$/g, '')),
    value('t:Size', bytes.length + 200),
    value('t:LastModifiedTime', iso(item.receivedAt)),
    value('t:IsInline', isInline(attachment)),
  ];
  return attachment.mimeType === 'message/rfc822' && !full
    ? tag('t:ItemAttachment', {}, common)
    : tag('t:FileAttachment', {}, [...common, full ? value('t:Content', bytes.toString('base64')) : '']);
}

const headerText = (item: StoredItem): string => {
  const raw = item.mime.toString('latin1');
  return raw.slice(0, Math.max(0, raw.search(/\r?\n\r?\n/)));
};

interface Field {
  /** As XML, or nothing where the item has no such value. */
  render(item: StoredItem, options: { bodyType: string }): string;
  /** For restrictions and sorting. */
  value?(item: StoredItem): string | number | boolean | Date | string[] | undefined;
  /** Whether FindItem leaves it out. */
  onlyGetItem?: boolean;
}

/** In the order of the schema (types.xsd: ItemType, then MessageType). */
export const FIELDS: Readonly<Record<string, Field>> = {
  'item:MimeContent': {
    onlyGetItem: true,
    render: ({ mime }) => tag('t:MimeContent', { CharacterSet: 'UTF-8' }, mime.toString('base64')),
  },
  'item:ItemId': { render: ({ id, changeKey }) => tag('t:ItemId', { Id: id, ChangeKey: changeKey }) },
  'item:ParentFolderId': {
    render: ({ folderId }) => tag('t:ParentFolderId', { Id: folderId }),
    value: ({ folderId }) => folderId,
  },
  'item:ItemClass': { render: () => value('t:ItemClass', 'IPM.Note'), value: () => 'IPM.Note' },
  'item:Subject': {
    render: ({ parsed }) => value('t:Subject', parsed.subject ?? ''),
    value: ({ parsed }) => parsed.subject ?? '',
  },
  'item:Body': {
    onlyGetItem: true,
    render: ({ parsed: { html, text = '' } }, { bodyType }) => {
      const isHtml = bodyType === 'HTML' || (bodyType === 'Best' && html !== undefined);
      const body = isHtml
        ? (html ?? `<html><body>${escaped(text)}</body></html>`)
        : text || (html ?? '').replace(/<[^>]*>/g, '');
      return tag('t:Body', { BodyType: isHtml ? 'HTML' : 'Text' }, escaped(body));
    },
    value: ({ parsed: { html = '', text = '' } }) => text + html,
  },
  'item:Attachments': {
    onlyGetItem: true,
    render: (item) =>
      item.parsed.attachments.length > 0
        ? tag(
            't:Attachments',
            {},
            item.parsed.attachments.map((_, index) => attachmentElement(item, index, false)),
          )
        : '',
  },
  'item:DateTimeReceived': {
    render: ({ receivedAt }) => value('t:DateTimeReceived', iso(receivedAt)),
    value: ({ receivedAt }) => receivedAt,
  },
  'item:Size': { render: ({ mime }) => value('t:Size', mime.length), value: ({ mime }) => mime.length },
  'item:Categories': {
    render: ({ categories }) =>
      categories.length > 0
        ? tag(
            't:Categories',
            {},
            categories.map((one) => value('t:String', one)),
          )
        : '',
    value: ({ categories }) => categories,
  },
  'item:Importance': {
    render: ({ parsed }) => {
      const priority = parsed.headers.find(({ key }) => key === 'importance')?.value.toLowerCase();
      return value('t:Importance', priority === 'high' ? 'High' : priority === 'low' ? 'Low' : 'Normal');
    },
  },
  'item:InReplyTo': {
    render: ({ parsed }) => (parsed.inReplyTo ? value('t:InReplyTo', parsed.inReplyTo) : ''),
    value: ({ parsed }) => parsed.inReplyTo,
  },
  'item:IsDraft': { render: ({ isDraft }) => value('t:IsDraft', isDraft), value: ({ isDraft }) => isDraft },
  'item:InternetMessageHeaders': {
    onlyGetItem: true,
    render: ({ parsed }) =>
      tag(
        't:InternetMessageHeaders',
        {},
        parsed.headers.map(({ originalKey, value: text }) =>
          tag('t:InternetMessageHeader', { HeaderName: originalKey }, escaped(text)),
        ),
      ),
  },
  'item:DateTimeSent': {
    render: ({ parsed, receivedAt }) =>
      value('t:DateTimeSent', iso(parsed.date ? new Date(parsed.date) : receivedAt)),
    value: ({ parsed }) => (parsed.date ? new Date(parsed.date) : undefined),
  },
  'item:DateTimeCreated': {
    render: ({ receivedAt }) => value('t:DateTimeCreated', iso(receivedAt)),
    value: ({ receivedAt }) => receivedAt,
  },
  'item:DisplayCc': {
    render: ({ parsed }) => value('t:DisplayCc', names(parsed.cc)),
    value: ({ parsed }) => names(parsed.cc),
  },
  'item:DisplayTo': {
    render: ({ parsed }) => value('t:DisplayTo', names(parsed.to)),
    value: ({ parsed }) => names(parsed.to),
  },
  'item:HasAttachments': {
    render: ({ parsed }) =>
      value(
        't:HasAttachments',
        parsed.attachments.some((one) => !isInline(one)),
      ),
    value: ({ parsed }) => parsed.attachments.some((one) => !isInline(one)),
  },
  // Extended properties stand here.
  'item:Flag': {
    render: ({ isFlagged }) => tag('t:Flag', {}, value('t:FlagStatus', isFlagged ? 'Flagged' : 'NotFlagged')),
    value: ({ isFlagged }) => (isFlagged ? 'Flagged' : 'NotFlagged'),
  },
  'item:TextBody': {
    onlyGetItem: true,
    render: ({ parsed: { html = '', text } }) =>
      tag('t:TextBody', { BodyType: 'Text' }, escaped(text ?? html.replace(/<[^>]*>/g, ''))),
  },
  'message:Sender': {
    render: ({ parsed }) =>
      parsed.from ? tag('t:Sender', {}, mailboxElement(parsed.sender ?? parsed.from)) : '',
    value: ({ parsed }) => `${parsed.from?.name} ${parsed.from?.address}`,
  },
  'message:ToRecipients': {
    onlyGetItem: true,
    render: ({ parsed }) => people('t:ToRecipients', parsed.to),
    value: ({ parsed }) => addresses(parsed.to).map(({ name, address }) => `${name} ${address}`),
  },
  'message:CcRecipients': {
    onlyGetItem: true,
    render: ({ parsed }) => people('t:CcRecipients', parsed.cc),
    value: ({ parsed }) => addresses(parsed.cc).map(({ name, address }) => `${name} ${address}`),
  },
  'message:BccRecipients': {
    onlyGetItem: true,
    render: ({ parsed }) => people('t:BccRecipients', parsed.bcc),
  },
  'message:From': {
    render: ({ parsed }) => (parsed.from ? tag('t:From', {}, mailboxElement(parsed.from)) : ''),
    value: ({ parsed }) => `${parsed.from?.name} ${parsed.from?.address}`,
  },
  'message:InternetMessageId': {
    render: ({ parsed }) => (parsed.messageId ? value('t:InternetMessageId', parsed.messageId) : ''),
    value: ({ parsed }) => parsed.messageId,
  },
  'message:IsRead': { render: ({ isRead }) => value('t:IsRead', isRead), value: ({ isRead }) => isRead },
  'message:References': {
    onlyGetItem: true,
    render: ({ parsed }) => (parsed.references ? value('t:References', parsed.references) : ''),
  },
  'message:ReplyTo': { onlyGetItem: true, render: ({ parsed }) => people('t:ReplyTo', parsed.replyTo) },
};

/** Extended properties by their MAPI tags ([MS-OXPROPS]). */
export const PROPERTIES: Readonly<Record<number, (item: StoredItem) => string | number | undefined>> = {
  0x1016: ({ parsed }) => (parsed.html === undefined ? 1 : 3),
  0x1090: ({ isFlagged }) => (isFlagged ? 2 : undefined),
  0x1081: ({ lastVerb }) => lastVerb,
  0x007d: headerText,
  0x0c1a: ({ parsed }) => parsed.from?.name || parsed.from?.address,
  0x0c1f: ({ parsed }) => parsed.from?.address,
  0x5d01: ({ parsed }) => parsed.from?.address,
  0x5d02: ({ parsed }) => parsed.from?.address,
  0x0e04: ({ parsed }) => names(parsed.to),
  0x0e03: ({ parsed }) => names(parsed.cc),
  0x300b: ({ immutableId }) => createHash('sha256').update(immutableId).digest('base64'),
};

/** The value that a field's path names, for restrictions. */
export function fieldValue(item: StoredItem, path: Element) {
  if (path.name === 'ExtendedFieldURI') {
    const property = PROPERTIES[Number(path.attributes.PropertyTag)];
    if (!property) throw new Error(`No property ${path.attributes.PropertyTag}`);
    return property(item);
  }
  const field = FIELDS[path.attributes.FieldURI ?? ''];
  if (!field?.value) throw new Error(`No search by ${path.attributes.FieldURI}`);
  return field.value(item);
}

const BY_SHAPE: Readonly<Record<string, readonly string[]>> = {
  IdOnly: ['item:ItemId'],
  Default: [
    ...[
      'item:ItemId',
      'item:Subject',
      'item:DateTimeSent',
      'item:Size',
      'item:HasAttachments',
      'item:Attachments',
    ],
    ...['item:Body', 'message:From', 'message:ToRecipients', 'message:CcRecipients', 'message:IsRead'],
  ],
  AllProperties: Object.keys(FIELDS).filter((name) => name !== 'item:MimeContent'),
};

/** An item as a request's ItemShape asks for it. */
export function renderItem(
  item: StoredItem,
  shape: Element | undefined,
  operation: 'FindItem' | 'GetItem',
): string {
  const base = child(shape, 'BaseShape')?.text ?? 'IdOnly';
  const paths = childrenOf(shape, 'AdditionalProperties');
  const wanted = new Set([
    ...(BY_SHAPE[base] ?? []),
    ...paths.map(({ attributes }) => attributes.FieldURI ?? ''),
  ]);
  if (child(shape, 'IncludeMimeContent')?.text === 'true') wanted.add('item:MimeContent');
  const bodyType = child(shape, 'BodyType')?.text ?? 'Best';
  const extended = paths
    .filter(({ name }) => name === 'ExtendedFieldURI')
    .map((path) => extendedProperty(item, path));
  const parts = Object.entries(FIELDS).flatMap(([name, field]) => [
    ...(name === 'item:Flag' ? extended : []),
    wanted.has(name) && !(field.onlyGetItem && operation === 'FindItem')
      ? field.render(item, { bodyType })
      : '',
  ]);
  return tag('t:Message', {}, parts);
}

function extendedProperty(item: StoredItem, path: Element): string {
  const known = fieldValue(item, path);
  if (known === undefined) return '';
  return tag('t:ExtendedProperty', {}, [
    tag('t:ExtendedFieldURI', path.attributes),
    value('t:Value', String(known)),
  ]);
}
